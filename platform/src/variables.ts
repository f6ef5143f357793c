import { currency } from '@micromall/contracts';
import { z } from 'zod';

/** One variable of the environment: with its meaning, default and an example. */
export interface Variable<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly meaning: string;
  /** As it would be written in `.env`. Without one the variable must be set, unless its schema is optional. */
  readonly default: string | undefined;
  readonly example: string;
  /** Never printed. In production its default is refused: it is in the repository for everyone to read. */
  readonly secret: boolean;
  /** Of use to tests and to people who try things out; in production it must not be set. */
  readonly refusedInProduction: boolean;
}

/** Variables by their names. */
export type Variables = Readonly<Record<string, Variable>>;
/** What {@link readVariables} makes of them. */
export type Values<V extends Variables> = { readonly [Name in keyof V]: z.output<V[Name]['schema']> };
/** The environment of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Describes one variable. The schema is given the text of the variable, or `undefined` when it is not set. */
export function variable<Schema extends z.ZodType>(
  schema: Schema,
  about: {
    meaning: string;
    example: string;
    default?: string;
    secret?: boolean;
    refusedInProduction?: boolean;
  },
): Variable<Schema> {
  return {
    schema,
    meaning: about.meaning,
    example: about.example,
    default: about.default,
    secret: about.secret ?? false,
    refusedInProduction: about.refusedInProduction ?? false,
  };
}

/** Names everything that is wrong with the environment, so that one start is enough to mend it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly string[]) {
    super(`The environment is not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Reads typed values from the environment. An empty text counts as not set.
 * @throws {ConfigurationError} naming every variable that is missing or wrong, with an example of a right value
 */
export function readVariables<V extends Variables>(variables: V, environment: Environment): Values<V> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, about] of Object.entries(variables)) {
    const given = environment[name] === '' ? undefined : environment[name];
    if (
      about.secret &&
      about.default !== undefined &&
      (given ?? about.default) === about.default &&
      environment.NODE_ENV === 'production'
    ) {
      problems.push(
        `${name} must be set in production to something else than its default, which is public. ${about.meaning}`,
      );
      continue;
    }
    if (about.refusedInProduction && given !== undefined && environment.NODE_ENV === 'production') {
      problems.push(`${name} must not be set in production. ${about.meaning}`);
    }
    const parsed = about.schema.safeParse(given ?? about.default);
    if (parsed.success) {
      values[name] = parsed.data;
      continue;
    }
    const hint = `${about.meaning} Example: ${name}=${about.example}`;
    if (given === undefined) problems.push(`${name} is not set. ${hint}`);
    else {
      const why = parsed.error.issues.map((issue) => issue.message).join('; ');
      problems.push(`${name}${about.secret ? '' : `=${JSON.stringify(given)}`}: ${why}. ${hint}`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Each key was parsed by its own schema just above, which the index signature can't express.
  return values as Values<V>;
}

/** A TCP port; 0 asks the system for any free one. */
export const port = z.coerce
  .number('must be a port')
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535');

/** A duration in whole milliseconds. */
export const milliseconds = z.coerce
  .number('must be a number of milliseconds')
  .int('must be a whole number')
  .min(1, 'must be at least 1');

/** Variables of every service. */
export const serviceVariables = {
  NODE_ENV: variable(z.enum(['development', 'test', 'production']), {
    meaning: 'Where the shop runs; `production` refuses default secrets.',
    default: 'development',
    example: 'production',
  }),
  LOG_LEVEL: variable(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), {
    meaning: 'The least severe log lines to write.',
    default: 'info',
    example: 'debug',
  }),
  RABBITMQ_URL: variable(z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// address' }), {
    meaning: 'The broker, with the user and password of this service.',
    example: 'amqp://order-service:secret@127.0.0.1:5672',
    secret: true,
  }),
  OPERATIONS_PORT: variable(port, {
    meaning: 'Where this service answers /healthz, /readyz and /metrics.',
    default: '9100',
    example: '9100',
  }),
  OPERATIONS_HOST: variable(z.string().min(1), {
    meaning: 'The network address on which the operations port listens.',
    default: '127.0.0.1',
    example: '0.0.0.0',
  }),
} as const satisfies Variables;

/** Variables of the services that keep something. */
export const databaseVariables = {
  MONGO_URL: variable(z.url({ protocol: /^mongodb(\+srv)?$/, error: 'must be a mongodb:// address' }), {
    meaning: "This service's own database.",
    example: 'mongodb://127.0.0.1:27017/order-service',
    secret: true,
  }),
} as const satisfies Variables;

const origin = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((text) => new URL(text).origin);

/** What is true of the whole shop, and read by more than one service. */
export const shopVariables = {
  CURRENCY: variable(currency, {
    meaning: 'The currency of every price in the shop: an ISO 4217 code.',
    default: 'SGD',
    example: 'EUR',
  }),
  SITE_URL: variable(origin, {
    meaning:
      'The address of the shop as browsers see it; Stripe sends shoppers back there. With https:// the cookies are Secure.',
    default: 'http://localhost:3000',
    example: 'https://shop.example.com',
  }),
} as const satisfies Variables;

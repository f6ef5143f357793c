import {
  ConfigurationError,
  type Environment,
  port,
  readVariables,
  type Values,
  type Variables,
  variable,
} from '@micromall/platform/variables';
import { z } from 'zod';

/** What the launcher itself reads; everything else in the environment goes to the services as it is. */
export const variables = {
  SITE_PORT: variable(port, {
    meaning: 'The port of the shop on this machine.',
    default: '3000',
    example: '3080',
  }),
  WEBHOOK_PORT: variable(port, {
    meaning: 'The port for webhooks of Stripe on this machine.',
    default: '8000',
    example: '8080',
  }),
  STRIPE_SANDBOX_PORT: variable(port, {
    meaning: 'The port of the stand-in for Stripe on this machine.',
    default: '4242',
    example: '4343',
  }),
  DATA_DIRECTORY: variable(z.string().min(1), {
    meaning: 'Where `npm start` keeps data, logs and secrets; relative to the repository.',
    default: '.data',
    example: '/var/lib/micromall',
  }),
  MONGO_URL: variable(
    z.url({ protocol: /^mongodb(\+srv)?$/, error: 'must be a mongodb:// address' }).optional(),
    {
      meaning:
        'A MongoDB server for `npm start` and the tests to use instead of their own; each service gets its own database there.',
      example: 'mongodb://127.0.0.1:27017',
      secret: true,
    },
  ),
  RABBITMQ_URL: variable(
    z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// address' }).optional(),
    {
      meaning: 'A RabbitMQ server for `npm start` to use instead of starting its own.',
      example: 'amqp://127.0.0.1:5672',
      secret: true,
    },
  ),
  RABBITMQ_MANAGEMENT_URL: variable(
    z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
    {
      meaning:
        'With RABBITMQ_URL: its management API with the login of an administrator, to create users, queues and permissions.',
      example: 'http://guest:guest@127.0.0.1:15672',
      secret: true,
    },
  ),
  PROMETHEUS: variable(z.enum(['auto', 'off'], 'must be auto or off'), {
    meaning:
      '`auto`: `npm start` starts a Prometheus, with the alarms of this repository, when there is one on this machine; `off`: never.',
    default: 'auto',
    example: 'off',
  }),
  STRIPE_PRIVATE_KEY: variable(
    z
      .string()
      .regex(/^(sk|rk)_(test|live)_\w+$/, 'must start with sk_test_ or sk_live_')
      .optional(),
    {
      meaning: "Your Stripe account's secret key; without one the stand-in for Stripe is used.",
      example: 'sk_test_51Abc',
      secret: true,
    },
  ),
} as const satisfies Variables;

export type LauncherSettings = Values<typeof variables>;

/**
 * Reads what the launcher needs from the environment.
 * @throws {ConfigurationError} naming everything that is wrong
 */
export function readSettings(environment: Environment): LauncherSettings {
  const settings = readVariables(variables, environment);
  if (settings.RABBITMQ_URL === undefined || settings.RABBITMQ_MANAGEMENT_URL !== undefined) return settings;
  const { meaning, example } = variables.RABBITMQ_MANAGEMENT_URL;
  throw new ConfigurationError([
    `RABBITMQ_URL is set, so RABBITMQ_MANAGEMENT_URL must be too. ${meaning} Example: RABBITMQ_MANAGEMENT_URL=${example}`,
  ]);
}

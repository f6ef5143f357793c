import {
  ConfigurationError,
  databaseVariables,
  type Environment,
  failpointVariable,
  milliseconds,
  port,
  readVariables,
  serviceVariables,
  shopVariables,
  type Values,
  type Variables,
  variable,
} from '@micromall/platform';
import { z } from 'zod';
import { failpoints } from './failpoints.js';

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });

/** ISO 3166-1 alpha-2, separated by commas. */
const countries = z
  .string()
  .transform((list) => list.split(',').map((country) => country.trim().toUpperCase()))
  .pipe(
    z.array(z.string().regex(/^[A-Z]{2}$/, 'must be two-letter country codes, separated by commas')).min(1),
  );

/** Every variable that payment-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  STRIPE_PRIVATE_KEY: variable(
    z.string().regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret key of Stripe (sk_test_… or sk_live_…)'),
    {
      meaning:
        "The secret key of the shop's Stripe account; `npm start` uses the local stand-in without one.",
      example: 'sk_test_51H…',
      secret: true,
    },
  ),
  STRIPE_API_URL: variable(webAddress.optional(), {
    meaning: 'Where the stand-in for Stripe answers. Leave it out to use Stripe itself.',
    example: 'http://localhost:4242',
  }),
  STRIPE_WEBHOOK_SECRET: variable(z.string().startsWith('whsec_', 'must start with whsec_').optional(), {
    meaning:
      'Verifies what Stripe sends to /webhook. Without it nothing is taken there, and Stripe is asked instead.',
    example: 'whsec_…',
    secret: true,
  }),
  SITE_URL: shopVariables.SITE_URL,
  SHIPPING_COUNTRIES: variable(countries, {
    meaning: 'The countries to which the shop delivers, separated by commas.',
    default: 'SG',
    example: 'SG,MY',
  }),
  PORT: variable(port, {
    meaning: 'Where Stripe delivers its events, under /webhook.',
    default: '8000',
    example: '8000',
  }),
  HOST: variable(z.string().min(1), {
    meaning: 'The network address on which PORT listens.',
    default: '127.0.0.1',
    example: '0.0.0.0',
  }),
  SWEEP_MS: variable(milliseconds, {
    meaning:
      'How often payments and refunds that are due for a check at Stripe are taken up, in milliseconds.',
    default: '15000',
    example: '15000',
  }),
  FIRST_CHECK_MS: variable(milliseconds, {
    meaning:
      'How long after its beginning a payment or a refund is first checked at Stripe, in milliseconds; each further pause is twice as long, up to ten minutes.',
    default: '60000',
    example: '60000',
  }),
  EVENT_LOG_MS: variable(milliseconds, {
    meaning:
      "How often Stripe's own log of events is read for payments and refunds of which no webhook came, in milliseconds.",
    default: '15000',
    example: '15000',
  }),
  FAILPOINT: failpointVariable(failpoints),
} as const satisfies Variables;

/** The settings of payment-service. */
export type Config = Values<typeof variables>;

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  if (environment.FIRST_LOOK_MS) {
    throw new ConfigurationError(['FIRST_LOOK_MS is called FIRST_CHECK_MS now: rename it.']);
  }
  const config = readVariables(variables, environment);
  const problems = keyProblems(config);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

/** A live key never goes to a stand-in, and the stand-in's key never to Stripe. */
function keyProblems({ STRIPE_PRIVATE_KEY: key, STRIPE_API_URL: standIn }: Config): string[] {
  if (standIn !== undefined && /^(sk|rk)_live_/.test(key)) {
    return [
      `STRIPE_PRIVATE_KEY is a live key, but STRIPE_API_URL=${standIn} is not Stripe: leave STRIPE_API_URL out, or use a test key.`,
    ];
  }
  if (standIn === undefined && key.startsWith('sk_test_sandbox')) {
    return [
      "STRIPE_PRIVATE_KEY is the stand-in's key, which Stripe does not know: set STRIPE_API_URL=http://localhost:4242, or use a key of your own.",
    ];
  }
  return [];
}

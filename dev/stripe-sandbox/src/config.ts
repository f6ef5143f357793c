import {
  ConfigurationError,
  type Environment,
  port,
  readVariables,
  serviceVariables,
  type Values,
  variable,
} from '@micromall/platform/variables';
import { z } from 'zod';

const testKey = z
  .string()
  .refine(
    (key) => key.startsWith('sk_test_'),
    'must start with sk_test_; a live key is never for a stand-in',
  );

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });

/** The environment of the stand-in for Stripe. */
export const variables = {
  PORT: variable(port, {
    meaning: 'Where the API and the payment page answer.',
    default: '4242',
    example: '4242',
  }),
  HOST: variable(z.string().min(1), {
    meaning: 'The network address to listen on.',
    default: '127.0.0.1',
    example: '0.0.0.0',
  }),
  PUBLIC_URL: variable(webAddress.optional(), {
    meaning: 'The address under which a browser reaches the payment page. Default: http://localhost:PORT.',
    example: 'http://localhost:4242',
  }),
  SANDBOX_DIRECTORY: variable(z.string().min(1).optional(), {
    meaning:
      'Where the stand-in keeps its data. Without it the data lives in memory and ends with the process.',
    example: '.data/stripe-sandbox',
  }),
  SANDBOX_API_KEY: variable(testKey.optional(), {
    meaning: 'The only API key that is accepted. Without it any key that starts with sk_test_ is.',
    example: 'sk_test_micromall',
    secret: true,
  }),
  WEBHOOK_ENDPOINT_URL: variable(webAddress.optional(), {
    meaning: 'Where events are delivered, besides the endpoints made through the API.',
    example: 'http://localhost:8000/webhook',
  }),
  WEBHOOK_EVENTS: variable(
    z.string().transform((list) => list.split(',').map((name) => name.trim())),
    {
      meaning: 'Which events go to WEBHOOK_ENDPOINT_URL, separated by commas; * means all.',
      default: '*',
      example: 'checkout.session.completed,checkout.session.expired,charge.refunded',
    },
  ),
  STRIPE_WEBHOOK_SECRET: variable(z.string().startsWith('whsec_', 'must start with whsec_').optional(), {
    meaning: 'Signs the events for WEBHOOK_ENDPOINT_URL; the receiver checks them with the same secret.',
    example: 'whsec_micromall',
    secret: true,
  }),
  LOG_LEVEL: serviceVariables.LOG_LEVEL,
} as const;

export type Settings = Values<typeof variables>;

/**
 * Reads the settings.
 * @throws {ConfigurationError} naming everything that is wrong
 */
export function readSettings(environment: Environment): Settings {
  const settings = readVariables(variables, environment);
  const hasUrl = settings.WEBHOOK_ENDPOINT_URL !== undefined;
  if (hasUrl && settings.STRIPE_WEBHOOK_SECRET === undefined) {
    throw new ConfigurationError([
      'STRIPE_WEBHOOK_SECRET is not set, so events for WEBHOOK_ENDPOINT_URL could not be signed. Example: STRIPE_WEBHOOK_SECRET=whsec_micromall',
    ]);
  }
  return settings;
}

import {
  databaseVariables,
  type Environment,
  port,
  readVariables,
  serviceVariables,
  shopVariables,
  type Values,
  variable,
} from '@micromall/platform';
import { z } from 'zod';

const wholeNumber = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(0, 'must not be negative');
const origin = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((text) => new URL(text).origin);

export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  PORT: variable(port, {
    meaning: "The port of the shop's site.",
    default: '3000',
    example: '3000',
  }),
  HOST: variable(z.string().min(1), {
    meaning: 'The network address on which the site listens.',
    default: '127.0.0.1',
    example: '0.0.0.0',
  }),
  SITE_URL: shopVariables.SITE_URL,
  SHOP_NAME: variable(
    z.string().trim().min(1, 'must not be empty').max(60, 'must have at most 60 characters'),
    {
      meaning: 'The name of the shop, at the top of every page and in its title.',
      default: 'MicroMall',
      example: 'Ada’s Ceramics',
    },
  ),
  SESSION_SECRET: variable(z.string().min(16, 'must have at least 16 characters'), {
    meaning: 'Signs session cookies and form tokens. A new one logs everybody out.',
    default: 'a-session-secret-for-development',
    example: 'a-long-random-text',
    secret: true,
  }),
  CHECKOUT_ORIGIN: variable(origin, {
    meaning: 'Where the payment page is: the only foreign place to which a form of the site may lead.',
    default: 'https://checkout.stripe.com',
    example: 'http://localhost:4242',
  }),
  CURRENCY: shopVariables.CURRENCY,
  TRUSTED_PROXIES: variable(wholeNumber, {
    meaning: 'How many proxies stand before the site: their word about the address of a visitor is believed.',
    default: '0',
    example: '1',
  }),
  ATTEMPTS_PER_ADDRESS: variable(wholeNumber.min(1, 'must be at least 1'), {
    meaning: 'How many log-ins and registrations one network address may try in ten minutes.',
    default: '100',
    example: '100',
  }),
  ATTEMPTS_PER_EMAIL: variable(wholeNumber.min(1, 'must be at least 1'), {
    meaning: 'How many times logging in with one e-mail address may fail in ten minutes.',
    default: '10',
    example: '10',
  }),
} as const;

export type Config = Values<typeof variables> & {
  /** Cookies travel over TLS only. */
  readonly secureCookies: boolean;
};

/** @throws {ConfigurationError} naming every variable that is missing or wrong */
export function readConfig(environment: Environment): Config {
  const values = readVariables(variables, environment);
  return { ...values, secureCookies: values.SITE_URL.startsWith('https://') };
}

import { currency } from '@micromall/contracts';
import {
  databaseVariables,
  type Environment,
  readVariables,
  serviceVariables,
  type Values,
  type Variables,
  variable,
} from '@micromall/platform';

/** Every variable that cart-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  CURRENCY: variable(currency, {
    meaning: 'The currency of every price in the shop, an ISO 4217 code.',
    default: 'SGD',
    example: 'EUR',
  }),
} as const satisfies Variables;

export type Config = Values<typeof variables>;

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  return readVariables(variables, environment);
}

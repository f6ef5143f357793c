import {
  databaseVariables,
  type Environment,
  readVariables,
  serviceVariables,
  shopVariables,
  type Values,
  type Variables,
} from '@micromall/platform';

/** Every variable that cart-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  CURRENCY: shopVariables.CURRENCY,
} as const satisfies Variables;

export type Config = Values<typeof variables>;

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  return readVariables(variables, environment);
}

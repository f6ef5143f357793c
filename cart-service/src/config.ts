import {
  databaseVariables,
  type Environment,
  failpointVariable,
  readVariables,
  serviceVariables,
  shopVariables,
  type Values,
  type Variables,
} from '@micromall/platform';
import { failpoints } from './failpoints.js';

/** Every variable that cart-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  CURRENCY: shopVariables.CURRENCY,
  FAILPOINT: failpointVariable(failpoints),
} as const satisfies Variables;

export type Config = Values<typeof variables>;

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  return readVariables(variables, environment);
}

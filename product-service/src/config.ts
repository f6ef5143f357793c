import {
  databaseVariables,
  type Environment,
  failpointVariable,
  milliseconds,
  readVariables,
  serviceVariables,
  shopVariables,
  type Values,
  type Variables,
  variable,
} from '@micromall/platform';
import { failpoints } from './failpoints.js';

/** Every variable that product-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  CURRENCY: shopVariables.CURRENCY,
  RESERVATION_SWEEP_MS: variable(milliseconds, {
    meaning: 'How often reservations that ran out are looked for, in milliseconds.',
    default: '30000',
    example: '60000',
  }),
  RESERVATION_GRACE_MS: variable(milliseconds, {
    meaning:
      'How long after its end a reservation still waits for word of a payment before its stock is free again, in milliseconds.',
    default: '900000',
    example: '600000',
  }),
  FAILPOINT: failpointVariable(failpoints),
} as const satisfies Variables;

export type Config = Values<typeof variables>;

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  return readVariables(variables, environment);
}

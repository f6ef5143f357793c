import { email } from '@micromall/contracts';
import {
  databaseVariables,
  type Environment,
  readVariables,
  serviceVariables,
  type Values,
  type Variables,
  variable,
} from '@micromall/platform';
import { z } from 'zod';

/** Every variable that auth-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  FIRST_ADMIN_EMAIL: variable(email, {
    meaning: 'The e-mail address of the first admin, who is made at start when there is no admin.',
    default: 'admin@micromall.test',
    example: 'owner@example.com',
  }),
  FIRST_ADMIN_PASSWORD: variable(
    z.string().min(5, 'must have at least 5 characters').max(128, 'must have at most 128 characters'),
    {
      meaning: 'The password of the first admin, who is made at start when there is no admin.',
      default: 'admin',
      example: 'a long sentence that nobody guesses',
      secret: true,
    },
  ),
} as const satisfies Variables;

export type Config = Values<typeof variables>;

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  return readVariables(variables, environment);
}

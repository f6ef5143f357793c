import { ConfigurationError, type Environment, readVariables } from '@micromall/platform';
import { type LauncherSettings, variables } from './variables.js';

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

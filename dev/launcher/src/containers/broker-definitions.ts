import { rename, writeFile } from 'node:fs/promises';
import { brokerDefinitions, operatorName, serviceNames } from '@micromall/contracts';
import { type Environment, readVariables } from '@micromall/platform/variables';
import { withPasswords } from '../broker/passwords.js';
import { type PreparationSettings, preparationVariables, servicePasswords } from './variables.js';

/**
 * Writes what the broker in containers loads, with hashes of the passwords of the environment.
 * @throws {ConfigurationError} naming every password that is wrong or, in production, known to everybody
 */
export async function writeBrokerDefinitions(environment: Environment): Promise<void> {
  const settings = readVariables(preparationVariables, environment);
  const definitions = withPasswords(brokerDefinitions(), passwordsFrom(settings));
  const draft = `${settings.DEFINITIONS_FILE}.new`;
  // The broker runs as another user; nobody else has the volume.
  await writeFile(draft, JSON.stringify(definitions), { mode: 0o644 });
  await rename(draft, settings.DEFINITIONS_FILE);
}

function passwordsFrom(settings: PreparationSettings): Record<string, string> {
  const ofServices = serviceNames.map((service) => [service, settings[servicePasswords[service]]] as const);
  return { ...Object.fromEntries(ofServices), [operatorName]: settings.RABBITMQ_ADMIN_PASSWORD };
}

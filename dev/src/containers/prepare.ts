import { rename, writeFile } from 'node:fs/promises';
import { brokerDefinitions, operatorName, serviceNames } from '@micromall/contracts';
import { ConfigurationError, readVariables } from '@micromall/platform/variables';
import { withPasswords } from '../broker/passwords.js';
import { type PreparationSettings, preparationVariables, servicePasswords } from './variables.js';

/**
 * In containers, runs before the broker and the database start: refuses a password that everybody knows where
 * `NODE_ENV` is `production`, and writes what the broker loads, with hashes of the passwords.
 */
async function main(): Promise<void> {
  const settings = readVariables(preparationVariables, process.env);
  const definitions = withPasswords(brokerDefinitions(), passwordsFrom(settings));
  const draft = `${settings.DEFINITIONS_FILE}.new`;
  // The broker runs as another user; nobody else has the volume.
  await writeFile(draft, JSON.stringify(definitions), { mode: 0o644 });
  await rename(draft, settings.DEFINITIONS_FILE);
  console.log(
    JSON.stringify({ service: 'prepare', level: 'info', msg: 'definitions of the broker written' }),
  );
}

function passwordsFrom(settings: PreparationSettings): Record<string, string> {
  const ofServices = serviceNames.map((service) => [service, settings[servicePasswords[service]]] as const);
  return { ...Object.fromEntries(ofServices), [operatorName]: settings.RABBITMQ_ADMIN_PASSWORD };
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import { join } from 'node:path';
import { ConfigurationError, readVariables } from '@micromall/platform/variables';
import { drawOnDemand } from '../demo-catalogue/studio.js';
import { fillEmptyShop } from '../seed.js';
import { fillingVariables } from './variables.js';

/** In containers, runs once the shop is ready: gives an empty one the demo catalogue, unless it is a real shop. */
async function main(): Promise<void> {
  const settings = readVariables(fillingVariables, process.env);
  const wanted = settings.DEMO_CATALOGUE ?? (settings.NODE_ENV === 'production' ? 'no' : 'yes');
  if (wanted === 'no') return say('no demo catalogue is wanted');
  const marker = join(settings.STATE_DIRECTORY, 'seeding');
  const outcome = await fillEmptyShop({ operatorUrl: settings.RABBITMQ_URL, marker }, drawOnDemand);
  say(outcome === 'filled' ? 'the demo catalogue is there' : 'the shop has products; left as it is');
}

function say(msg: string): void {
  console.log(JSON.stringify({ service: 'seed', level: 'info', msg }));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

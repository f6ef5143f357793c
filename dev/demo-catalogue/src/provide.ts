import { join } from 'node:path';
import { type Environment, readVariables } from '@micromall/platform/variables';
import { fillEmptyShop } from './fill-shop.js';
import { createPictures } from './pictures.js';
import { readDemoProducts } from './products.js';
import { fillingVariables } from './variables.js';

/**
 * Gives an empty shop the demo catalogue, unless it is a real one. Resolves with what became of it, in words.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function provideDemoCatalogue(environment: Environment): Promise<string> {
  const settings = readVariables(fillingVariables, environment);
  const wanted = settings.DEMO_CATALOGUE ?? (settings.NODE_ENV === 'production' ? 'no' : 'yes');
  if (wanted === 'no') return 'no demo catalogue is wanted';
  const outcome = await fillEmptyShop({
    operatorUrl: settings.RABBITMQ_URL,
    marker: join(settings.STATE_DIRECTORY, 'seeding'),
    products: readDemoProducts(),
    pictures: createPictures(),
  });
  return outcome === 'filled'
    ? 'the demo catalogue is there'
    : 'the shop has products, and was left as it is';
}

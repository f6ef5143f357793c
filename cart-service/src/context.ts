import type { PlatformWithDatabase } from '@micromall/platform';
import { type Catalogue, createCatalogue } from './clients/catalogue.js';
import type { Config } from './config.js';
import { type CartEvents, createEvents } from './events.js';
import { type CartStore, openCartStore } from './store/carts.js';

/** What handlers and use cases work with. */
export interface Context {
  readonly carts: CartStore;
  readonly catalogue: Catalogue;
  readonly events: CartEvents;
  /** ISO 4217; the currency of an empty cart. */
  readonly currency: string;
}

export async function createContext(platform: PlatformWithDatabase, config: Config): Promise<Context> {
  return {
    carts: await openCartStore(platform.database),
    catalogue: createCatalogue(platform.rpc),
    events: createEvents(platform.logger, platform.metrics.registry),
    currency: config.CURRENCY,
  };
}

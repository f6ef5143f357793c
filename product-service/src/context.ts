import type { EventPublisher, PlatformWithDatabase } from '@micromall/platform';
import { createPictureEncoder, type PictureEncoder } from './clients/picture-encoder.js';
import type { Config } from './config.js';
import { createEvents, type ProductEvents } from './events.js';
import { type CatalogueCache, createCatalogueCache } from './store/catalogue-cache.js';
import { createImageStore, type ImageStore } from './store/images.js';
import { openProductModel } from './store/product-model.js';
import { createProductStore, type ProductStore } from './store/products.js';
import { createSettledReservationStore } from './store/settled-reservations.js';
import { createStockStore, type StockStore } from './store/stock.js';
import { createUnfulfillableOrderStore, type UnfulfillableOrderStore } from './store/unfulfillable-orders.js';

/** What handlers, use cases and jobs work with. */
export interface Context {
  /** ISO 4217. */
  readonly currency: string;
  readonly products: ProductStore;
  readonly stock: StockStore;
  readonly unfulfillableOrders: UnfulfillableOrderStore;
  readonly images: ImageStore;
  readonly catalogue: CatalogueCache;
  readonly pictures: PictureEncoder;
  readonly publisher: EventPublisher;
  readonly events: ProductEvents;
}

export async function createContext(platform: PlatformWithDatabase, config: Config): Promise<Context> {
  const model = await openProductModel(platform.database);
  const products = createProductStore(model);
  return {
    currency: config.CURRENCY,
    products,
    stock: createStockStore(model, createSettledReservationStore(platform.database)),
    unfulfillableOrders: createUnfulfillableOrderStore(platform.database),
    images: createImageStore(platform.database),
    catalogue: createCatalogueCache(() => products.list()),
    pictures: createPictureEncoder(),
    publisher: platform.publisher,
    events: createEvents(platform.logger, platform.metrics.registry),
  };
}

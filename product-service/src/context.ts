import type { EventPublisher, PlatformWithDatabase } from '@micromall/platform';
import { type CatalogueCache, createCatalogueCache } from './catalogue-cache.js';
import type { Config } from './config.js';
import { createEvents, type ProductEvents } from './events.js';
import { createPictureEncoder, type PictureEncoder } from './pictures/encoder.js';
import { createEndingStore } from './store/endings.js';
import { createImageStore, type ImageStore } from './store/images.js';
import { openProductModel } from './store/product-model.js';
import { createProductStore, type ProductStore } from './store/products.js';
import { createShortOrderStore, type ShortOrderStore } from './store/short-orders.js';
import { createStockStore, type StockStore } from './store/stock.js';

/** What the handlers work with. */
export interface Context {
  /** ISO 4217. */
  readonly currency: string;
  readonly products: ProductStore;
  readonly stock: StockStore;
  readonly shortOrders: ShortOrderStore;
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
    stock: createStockStore(model, createEndingStore(platform.database)),
    shortOrders: createShortOrderStore(platform.database),
    images: createImageStore(platform.database),
    catalogue: createCatalogueCache(() => products.list()),
    pictures: createPictureEncoder(),
    publisher: platform.publisher,
    events: createEvents(platform.logger, platform.metrics.registry),
  };
}

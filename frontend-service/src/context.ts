import type { Logger, PlatformWithDatabase } from '@micromall/platform';
import { type CatalogueCache, createCatalogueCache } from './clients/catalogue-cache.js';
import { createImageCache, type ImageCache } from './clients/image-cache.js';
import { createProductCache, type ProductCache } from './clients/product-cache.js';
import { createSiteRpc, type SiteRpc } from './clients/rpc.js';
import type { Config } from './config.js';
import { createEvents, type FrontendEvents } from './events.js';
import { type Csrf, createCsrf } from './http/csrf.js';
import { createPageFrame, type PageFrame } from './http/page-frame.js';
import { createSessions, type Sessions } from './store/sessions.js';

/** Everything that the pages stand on, put together by hand. */
export interface Context {
  readonly config: Config;
  readonly rpc: SiteRpc;
  readonly events: FrontendEvents;
  readonly logger: Logger;
  readonly sessions: Sessions;
  readonly csrf: Csrf;
  readonly pages: PageFrame;
  readonly catalogue: CatalogueCache;
  readonly products: ProductCache;
  readonly images: ImageCache;
}

export function createContext(platform: PlatformWithDatabase, config: Config): Context {
  const { logger, database, metrics } = platform;
  const events = createEvents(logger, metrics.registry);
  const rpc = createSiteRpc(platform.rpc, events);
  const csrf = createCsrf(config);
  const products = createProductCache(rpc);
  return {
    config,
    rpc,
    events,
    logger,
    sessions: createSessions(database, config, events),
    csrf,
    pages: createPageFrame(csrf, config.SHOP_NAME),
    catalogue: createCatalogueCache(rpc, products),
    products,
    images: createImageCache(rpc),
  };
}

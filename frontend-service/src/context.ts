import type { PlatformWithDatabase } from '@micromall/platform';
import type { FrontendConfig } from './config.js';
import { type Csrf, createCsrf } from './csrf.js';
import { createSiteEvents, type SiteEvents } from './events.js';
import { createPages, type Pages } from './http/pages.js';
import { type Asks, withPatience } from './patience.js';
import { createSessions, type Sessions } from './session/session.js';
import { type CatalogueShelf, createCatalogueShelf } from './shop/catalogue-shelf.js';
import { createImageShelf, type ImageShelf } from './shop/image-shelf.js';
import { createProductShelf, type ProductShelf } from './shop/product-shelf.js';

/** Everything that the pages stand on, put together by hand. */
export interface FrontendContext {
  readonly config: FrontendConfig;
  readonly rpc: Asks;
  readonly events: SiteEvents;
  readonly logger: PlatformWithDatabase['logger'];
  readonly sessions: Sessions;
  readonly csrf: Csrf;
  readonly pages: Pages;
  readonly catalogue: CatalogueShelf;
  readonly products: ProductShelf;
  readonly images: ImageShelf;
}

export async function createContext(
  platform: PlatformWithDatabase,
  config: FrontendConfig,
): Promise<FrontendContext> {
  const { logger, database } = platform;
  const rpc = withPatience(platform.rpc);
  const events = createSiteEvents(platform);
  const csrf = createCsrf(config);
  const products = createProductShelf(rpc, events);
  return {
    config,
    rpc,
    events,
    logger,
    sessions: createSessions(database, config, events),
    csrf,
    pages: createPages(csrf),
    catalogue: createCatalogueShelf(rpc, events, products),
    products,
    images: createImageShelf(rpc, events),
  };
}

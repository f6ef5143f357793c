import { catalog, type RpcReply } from '@micromall/contracts';
import { LRUCache } from 'lru-cache';
import { type CatalogueQuery, catalogueAddress, pageSize } from '../domain/catalogue-query.js';
import { type ProductCache, staleMs } from './product-cache.js';
import { isUnavailable, type SiteRpc } from './rpc.js';

/** How old a page of the catalogue may be: however many look, product-service is asked once in this time. */
const freshMs = 1_000;
/** A page of 24 products is about 30 kB. */
const mostPages = 100;

export interface CachedCatalogue {
  /** The same object as long as it is cached. */
  readonly answer: RpcReply<typeof catalog>;
  /** False if product-service does not answer and this is what it said some minutes ago. */
  readonly current: boolean;
}

interface Entry extends CachedCatalogue {
  /** When product-service gave the answer, on the clock of `performance.now()`. */
  readonly answeredAt: number;
}

export interface CatalogueCache {
  /** @throws {RpcError} if product-service does not answer and has not answered this query lately */
  page(wanted: CatalogueQuery): Promise<CachedCatalogue>;
}

/** The pages of the catalogue, for a second. Visitors who ask for the same at once share one call. */
export function createCatalogueCache(rpc: SiteRpc, products: ProductCache): CatalogueCache {
  const cache = new LRUCache<string, Entry, CatalogueQuery>({
    max: mostPages,
    ttl: freshMs,
    fetchMethod: async (_key, stale, { context: { search, category, sort, page } }) => {
      const answer = await rpc.tryCall(catalog, {
        ...(search === '' ? {} : { search }),
        ...(category ? { category } : {}),
        sort,
        page,
        pageSize,
      });
      if (!isUnavailable(answer)) {
        products.store(answer.products);
        return { answer, current: true, answeredAt: performance.now() };
      }
      if (!stale || performance.now() - stale.answeredAt > staleMs) throw answer.error.cause;
      // Cached too: product-service is asked again after a while, not by every visitor.
      return { ...stale, current: false };
    },
    noDeleteOnFetchRejection: true,
  });
  return {
    page: (wanted) => cache.forceFetch(catalogueAddress(wanted), { context: wanted }),
  };
}

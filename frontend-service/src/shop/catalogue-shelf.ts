import { catalog } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import { LRUCache } from 'lru-cache';
import type { SiteEvents } from '../events.js';
import type { Asks } from '../patience.js';
import { type CatalogueQuery, catalogueAddress, pageSize } from './catalogue-query.js';
import { type CatalogueHtml, createCatalogueView } from './catalogue-view.js';
import { type ProductShelf, staleMs } from './product-shelf.js';

/** How old a page of the catalogue may be: however many look, product-service is asked once in this time. */
const freshMs = 1_000;
/** A page of 24 products is about 30 kB. */
const rememberedPages = 100;

export interface ShelvedCatalogue extends CatalogueHtml {
  /** False if product-service does not answer and this is what it said some minutes ago. */
  readonly current: boolean;
}

export interface CatalogueShelf {
  /** @throws {RpcError} if product-service does not answer and has not been heard for this query lately */
  page(wanted: CatalogueQuery): Promise<ShelvedCatalogue>;
}

interface Shelved extends ShelvedCatalogue {
  /** When product-service was asked last, on the clock of `performance.now()`. */
  readonly askedAt: number;
}

/** The pages of the catalogue, kept for a second. Visitors who ask for the same at once share one answer. */
export function createCatalogueShelf(rpc: Asks, events: SiteEvents, products: ProductShelf): CatalogueShelf {
  const view = createCatalogueView();
  const shelf = new LRUCache<string, Shelved>({ max: rememberedPages, ttl: staleMs });
  const asked = new Map<string, Promise<Shelved>>();

  async function ask(wanted: CatalogueQuery): Promise<Shelved> {
    const { search, category, sort, page } = wanted;
    const reply = await rpc.call(catalog, {
      ...(search === '' ? {} : { search }),
      ...(category ? { category } : {}),
      sort,
      page,
      pageSize,
    });
    if (!reply.ok) throw new RpcError('malformed-reply', catalog.queue, 'it never fails by its contract');
    products.keep(reply.products);
    return { ...view(wanted, reply), current: true, askedAt: performance.now() };
  }

  function askOnce(key: string, wanted: CatalogueQuery): Promise<Shelved> {
    const running = asked.get(key);
    if (running) return running;
    const answer = ask(wanted)
      .then((shelved) => {
        shelf.set(key, shelved);
        return shelved;
      })
      .finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  }

  return {
    async page(wanted) {
      const key = catalogueAddress(wanted);
      const known = shelf.get(key);
      if (known && performance.now() - known.askedAt < freshMs) return known;
      try {
        return await askOnce(key, wanted);
      } catch (error) {
        if (!known || !(error instanceof RpcError)) throw error;
        events.partMissing('catalogue', error);
        // Asked again after a while, not by every visitor: each would wait for the same silence.
        const old = { ...known, current: false, askedAt: performance.now() };
        shelf.set(key, old, { ttl: shelf.getRemainingTTL(key) });
        return old;
      }
    },
  };
}

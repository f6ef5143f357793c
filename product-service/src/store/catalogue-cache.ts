import { type Catalogue, createCatalogue, type ListedProduct } from '../domain/catalogue.js';

/** The whole catalogue in memory, for pages that many people see. */
export interface CatalogueCache {
  /** As it was at most a second ago. */
  recent(): Promise<Catalogue>;
  /** As it is now. */
  current(): Promise<Catalogue>;
  /** The next `recent` reads the database: somebody wants to see what they just changed. */
  invalidate(): void;
}

/** The greatest age of what a page shows, in milliseconds. Carts are never checked against the cache. */
const mostAgeMs = 1_000;

interface Loaded {
  readonly catalogue: Promise<Catalogue>;
  readonly loadedAtMs: number;
}

/** @param now milliseconds of a monotonic clock */
export function createCatalogueCache(
  list: () => Promise<ListedProduct[]>,
  now: () => number = () => performance.now(),
): CatalogueCache {
  let latest: Loaded | undefined;

  function load(): Promise<Catalogue> {
    // The age counts from before the query, and all who ask meanwhile share the query.
    const loaded = { catalogue: list().then(createCatalogue), loadedAtMs: now() };
    latest = loaded;
    loaded.catalogue.catch(() => {
      if (latest === loaded) latest = undefined;
    });
    return loaded.catalogue;
  }

  return {
    async recent() {
      return latest && now() - latest.loadedAtMs < mostAgeMs ? latest.catalogue : load();
    },
    current: load,
    invalidate() {
      latest = undefined;
    },
  };
}

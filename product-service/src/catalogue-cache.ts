import { type Catalogue, createCatalogue, type ListedProduct } from './domain/catalogue.js';

/** The whole catalogue in memory, for pages that many people look at. */
export interface CatalogueCache {
  /** As it was at most a second ago. */
  recent(): Promise<Catalogue>;
  /** As it is now. */
  current(): Promise<Catalogue>;
  /** Makes the next `recent` as good as `current`: somebody wants to see what they just did. */
  forget(): void;
}

/** How old what a page shows may be, in milliseconds. What a cart is checked against never comes from here. */
const mostAgeMs = 1_000;

interface Loaded {
  readonly catalogue: Promise<Catalogue>;
  readonly loadedAtMs: number;
}

/** @param now milliseconds, of a clock that is never set back */
export function createCatalogueCache(
  list: () => Promise<ListedProduct[]>,
  now: () => number = () => performance.now(),
): CatalogueCache {
  let latest: Loaded | undefined;

  function load(): Promise<Catalogue> {
    // The age counts from before the look, and everyone who asks meanwhile waits for the same look.
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
    forget() {
      latest = undefined;
    },
  };
}

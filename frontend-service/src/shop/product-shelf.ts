import { catalog, type Product } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import { LRUCache } from 'lru-cache';
import type { SiteEvents } from '../events.js';
import type { Asks } from '../patience.js';

/** When product-service does not answer, what it said up to ten minutes ago is better than nothing. */
export const staleMs = 10 * 60_000;
/** A product with its description is about 1 kB. */
const rememberedProducts = 2_000;

export interface ShelvedProduct {
  readonly product: Product;
  /** False if product-service does not answer and this is what it said some minutes ago. */
  readonly current: boolean;
}

export interface ProductShelf {
  /**
   * The product as it is now, or as it was seen last; undefined if the shop has none with this id.
   * @throws {RpcError} if product-service does not answer and the product was not seen lately
   */
  find(productId: string): Promise<ShelvedProduct | undefined>;
  /** Remembers products that product-service has just told of. */
  keep(products: readonly Product[]): void;
}

/** Products as they were seen last, on their own pages or in the catalogue. */
export function createProductShelf(rpc: Asks, events: SiteEvents): ProductShelf {
  const shelf = new LRUCache<string, Product>({ max: rememberedProducts, ttl: staleMs });

  function keep(products: readonly Product[]): void {
    for (const product of products) shelf.set(product.productId, product);
  }

  return {
    keep,
    async find(productId) {
      try {
        const reply = await rpc.call(catalog, { productIds: [productId] });
        const product = reply.ok ? reply.products[0] : undefined;
        if (!product) {
          shelf.delete(productId);
          return undefined;
        }
        keep([product]);
        return { product, current: true };
      } catch (error) {
        const product = shelf.get(productId);
        if (!product || !(error instanceof RpcError)) throw error;
        events.partMissing('product', error);
        return { product, current: false };
      }
    },
  };
}

import { catalog, type Product } from '@micromall/contracts';
import { LRUCache } from 'lru-cache';
import { isUnavailable, type SiteRpc } from './rpc.js';

/** When product-service does not answer, what it said up to ten minutes ago is better than nothing. */
export const staleMs = 10 * 60_000;
/** A product with its description is about 1 kB. */
const mostProducts = 2_000;

export interface CachedProduct {
  readonly product: Product;
  /** False if product-service does not answer and this is what it said some minutes ago. */
  readonly current: boolean;
}

export interface ProductCache {
  /**
   * The product as it is now, or as it was seen last; undefined if the shop has none with this id.
   * @throws {RpcError} if product-service does not answer and the product was not seen lately
   */
  find(productId: string): Promise<CachedProduct | undefined>;
  /** Caches products that product-service has just answered with. */
  store(products: readonly Product[]): void;
}

/** Products as they were seen last, on their own pages or in the catalogue. */
export function createProductCache(rpc: SiteRpc): ProductCache {
  const cache = new LRUCache<string, Product>({ max: mostProducts, ttl: staleMs });

  function store(products: readonly Product[]): void {
    for (const product of products) cache.set(product.productId, product);
  }

  return {
    store,
    async find(productId) {
      const reply = await rpc.tryCall(catalog, { productIds: [productId] });
      if (isUnavailable(reply)) {
        const product = cache.get(productId);
        if (!product) throw reply.error.cause;
        return { product, current: false };
      }
      const [product] = reply.products;
      if (product) store([product]);
      else cache.delete(productId);
      return product && { product, current: true };
    },
  };
}

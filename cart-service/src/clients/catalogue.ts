import { catalog, type Product } from '@micromall/contracts';
import type { RpcClient } from '@micromall/platform';

/** Products by their id, as product-service knows them now; a deleted one is missing. */
export type Products = ReadonlyMap<string, Product>;

/**
 * Finds products by their ids; asks only for those that it was not asked before.
 * @throws {RpcError} when product-service does not answer
 */
export type FindProducts = (productIds: readonly string[]) => Promise<Products>;

/** Names, prices and stock: from product-service, never from the caller. */
export interface Catalogue {
  /** For the length of one request, so that it asks for no product twice. */
  forOneRequest(): FindProducts;
}

export function createCatalogue(rpc: RpcClient): Catalogue {
  return {
    forOneRequest() {
      const asked = new Set<string>();
      const found = new Map<string, Product>();
      return async (productIds) => {
        const missing = productIds.filter((productId) => !asked.has(productId));
        if (missing.length === 0) return found;
        const { products } = await rpc.call(catalog, { productIds: missing });
        for (const productId of missing) asked.add(productId);
        for (const product of products) found.set(product.productId, product);
        return found;
      };
    },
  };
}

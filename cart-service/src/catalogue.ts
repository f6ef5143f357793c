import { catalog, type Product } from '@micromall/contracts';
import type { RpcClient } from '@micromall/platform';

/** Products by their id, as product-service knows them now; one that is gone is missing. */
export type Products = ReadonlyMap<string, Product>;

/** Finds products by their ids; asks only for those that it was not asked before. */
export type FindProducts = (productIds: readonly string[]) => Promise<Products>;

/** Names, prices and stock: product-service's word, never the caller's. */
export interface Catalogue {
  /**
   * For the length of one request, so that no product is asked for twice in it.
   * The returned function throws an RpcError when product-service does not answer.
   */
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
        const reply = await rpc.call(catalog, { productIds: missing });
        if (!reply.ok) throw new Error('the catalogue failed in a way that its contract does not name');
        for (const productId of missing) asked.add(productId);
        for (const product of reply.products) found.set(product.productId, product);
        return found;
      };
    },
  };
}

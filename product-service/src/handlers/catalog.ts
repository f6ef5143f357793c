import type { catalog, Product } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';

/** How many products `all` lists. */
const mostProducts = 1_000;

/** Pages come from the cache, at most a second old; named products, against which carts are checked, never do. */
export function handleCatalog(context: Context): RpcHandler<typeof catalog> {
  return async (request) => {
    if ('all' in request) {
      const current = await context.catalogue.current();
      const { size: total, categories } = current;
      return { ok: true, products: current.newest(mostProducts), total, categories };
    }
    if ('productIds' in request) {
      const products = await namedProducts(context, request.productIds);
      const { categories } = await context.catalogue.recent();
      return { ok: true, products, total: products.length, categories };
    }
    const recent = await context.catalogue.recent();
    return { ok: true, ...recent.find(request), categories: recent.categories };
  };
}

/** In the order in which they are named, each once; those that do not exist are left out. */
async function namedProducts({ products }: Context, productIds: readonly string[]): Promise<Product[]> {
  const ids = [...new Set(productIds)];
  const found = await products.findByIds(ids);
  return ids.flatMap((id) => found.get(id) ?? []);
}

import type { Product, RpcRequest, reviewCart } from '@micromall/contracts';

type Held = RpcRequest<typeof reviewCart>['held'];

/** The products as one shopper may have them: what their own unpaid order holds is not taken from them. */
export function addHeld(products: ReadonlyMap<string, Product>, held: Held): ReadonlyMap<string, Product> {
  if (held.length === 0) return products;
  const theirs = new Map(products);
  for (const { productId, quantity } of held) {
    const product = theirs.get(productId);
    if (product) theirs.set(productId, { ...product, available: product.available + quantity });
  }
  return theirs;
}

import type { Product, RpcRequest, reviewCart } from '@micromall/contracts';

type ReservedLines = RpcRequest<typeof reviewCart>['held'];

/** The products as one shopper may have them: what their own unpaid order reserves is theirs to buy. */
export function withOwnReservation(
  products: ReadonlyMap<string, Product>,
  reserved: ReservedLines,
): ReadonlyMap<string, Product> {
  if (reserved.length === 0) return products;
  const theirs = new Map(products);
  for (const { productId, quantity } of reserved) {
    const product = theirs.get(productId);
    if (product) theirs.set(productId, { ...product, available: product.available + quantity });
  }
  return theirs;
}

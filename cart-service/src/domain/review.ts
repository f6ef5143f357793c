import type { CartChange, Product } from '@micromall/contracts';
import type { CartItem, StoredCart } from './stored-cart.js';

/** Reduces each item to what the shop has; what it has none of, or does not sell any more, leaves the cart. */
export function review(
  cart: StoredCart,
  products: ReadonlyMap<string, Product>,
): { cart: StoredCart; result: CartChange[] } {
  const items: CartItem[] = [];
  const changes: CartChange[] = [];
  for (const item of cart.items) {
    const product = products.get(item.productId);
    const to = Math.min(item.quantity, product?.available ?? 0);
    const name = product?.name ?? item.name;
    if (to > 0) items.push(to === item.quantity ? item : { ...item, name, quantity: to });
    if (to < item.quantity) changes.push({ productId: item.productId, name, from: item.quantity, to });
  }
  return { cart: changes.length === 0 ? cart : { ...cart, items }, result: changes };
}

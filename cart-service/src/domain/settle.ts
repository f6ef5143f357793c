import { recordOrder, type StoredCart } from './stored-cart.js';

export interface OrderedLine {
  readonly productId: string;
  readonly quantity: number;
}

/** Takes what an order bought out of the cart, once for each order; what was added since stays. */
export function settle(cart: StoredCart, orderId: string, lines: readonly OrderedLine[]): StoredCart {
  if (cart.orderIds.includes(orderId)) return cart;
  const bought = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    bought.set(productId, (bought.get(productId) ?? 0) + quantity);
  }
  const items = cart.items
    .map((item) => ({ ...item, quantity: item.quantity - (bought.get(item.productId) ?? 0) }))
    .filter((item) => item.quantity > 0);
  return recordOrder({ ...cart, items }, orderId);
}

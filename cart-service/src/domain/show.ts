import type { Cart, CartLine, Product } from '@micromall/contracts';
import type { StoredCart } from './stored-cart.js';

/**
 * The cart with the names, prices and stock of this moment. A product that the shop does not sell any more has no
 * price and is not shown; the next review reports it.
 * @param currency ISO 4217, for a cart that shows nothing
 */
export function show(cart: StoredCart, products: ReadonlyMap<string, Product>, currency: string): Cart {
  const lines: CartLine[] = [];
  let shownCurrency = currency;
  for (const { productId, quantity } of cart.items) {
    const product = products.get(productId);
    if (!product) continue;
    const { name, image, price, available } = product;
    lines.push({ productId, name, image, price, quantity, available, amount: price * quantity });
    shownCurrency = product.currency;
  }
  return {
    id: cart.id,
    version: cart.version,
    lines,
    count: lines.reduce((sum, line) => sum + line.quantity, 0),
    subtotal: lines.reduce((sum, line) => sum + line.amount, 0),
    currency: shownCurrency,
  };
}

export function productIdsOf(cart: StoredCart): string[] {
  return cart.items.map((item) => item.productId);
}

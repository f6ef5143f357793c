import { largestQuantity, type Product } from '@micromall/contracts';
import { type CartItem, mostItems, recordCall, type StoredCart } from './stored-cart.js';

export interface QuantityChange {
  readonly productId: string;
  /** How many more (or, negative, fewer); not 0. */
  readonly delta: number;
  /** As the shop has it now; undefined if it has no such product. */
  readonly product: Product | undefined;
  readonly callId: string | undefined;
  readonly now: Date;
}

export type Refusal =
  | { readonly kind: 'product-unknown' | 'cart-full' }
  | {
      readonly kind: 'insufficient-stock';
      readonly name: string;
      /** The most that the cart may hold of it. */
      readonly available: number;
      readonly inCart: number;
    };

export type ChangeOutcome = { readonly kind: 'changed' | 'unchanged' } | Refusal;

interface Decision {
  readonly cart: StoredCart;
  readonly result: ChangeOutcome;
}

/** Puts more of a product into a cart if the shop has that many; taking out is always possible. */
export function changeQuantity(cart: StoredCart, change: QuantityChange): Decision {
  const { productId, delta, product, callId } = change;
  function leave(kind: 'unchanged' | 'product-unknown' | 'cart-full'): Decision {
    return { cart, result: { kind } };
  }

  if (callId !== undefined && cart.callIds.includes(callId)) return leave('unchanged');
  const item = cart.items.find((each) => each.productId === productId);
  if (!product && (delta > 0 || !item)) return leave('product-unknown');
  if (delta < 0 && !item) return leave('unchanged');

  const inCart = item?.quantity ?? 0;
  const quantity = inCart + delta;
  if (product && delta > 0) {
    const available = Math.min(product.available, largestQuantity);
    if (quantity > available) {
      return { cart, result: { kind: 'insufficient-stock', name: product.name, available, inCart } };
    }
    if (!item && cart.items.length >= mostItems) return leave('cart-full');
  }
  const changed: CartItem = {
    productId,
    name: product?.name ?? item?.name ?? '',
    quantity,
    addedAt: item?.addedAt ?? change.now,
  };
  return {
    cart: recordCall({ ...cart, items: withItem(cart.items, changed) }, callId),
    result: { kind: 'changed' },
  };
}

/** The items with one replaced in its place, added at the end, or removed if its quantity is 0. */
export function withItem(items: readonly CartItem[], changed: CartItem): CartItem[] {
  const isNew = items.every((item) => item.productId !== changed.productId);
  const all = isNew
    ? [...items, changed]
    : items.map((item) => (item.productId === changed.productId ? changed : item));
  return all.filter((item) => item.quantity > 0);
}

import { largestQuantity, type Product } from '@micromall/contracts';
import { type CartItem, type KeptCart, mostItems, rememberCall } from './kept-cart.js';

export interface QuantityChange {
  readonly productId: string;
  /** How many more (or, negative, fewer); not 0. */
  readonly delta: number;
  /** As the shop has it now; undefined if it has no such product. */
  readonly product: Product | undefined;
  readonly callId: string | undefined;
  readonly now: Date;
}

export type ChangeOutcome =
  | { readonly kind: 'changed' | 'unchanged' | 'product-unknown' | 'cart-full' }
  | {
      readonly kind: 'insufficient-stock';
      readonly name: string;
      /** The most that the cart may hold of it. */
      readonly available: number;
      readonly inCart: number;
    };

interface Step {
  readonly cart: KeptCart;
  readonly result: ChangeOutcome;
}

/** Puts more of a product into a cart if the shop has that many; taking out is always possible. */
export function changeQuantity(cart: KeptCart, change: QuantityChange): Step {
  const { productId, delta, product, callId } = change;
  function refuse(kind: 'unchanged' | 'product-unknown' | 'cart-full'): Step {
    return { cart, result: { kind } };
  }

  if (callId !== undefined && cart.calls.includes(callId)) return refuse('unchanged');
  const item = cart.items.find((each) => each.productId === productId);
  if (!product && (delta > 0 || !item)) return refuse('product-unknown');
  if (delta < 0 && !item) return refuse('unchanged');

  const inCart = item?.quantity ?? 0;
  const quantity = inCart + delta;
  if (product && delta > 0) {
    const available = Math.min(product.available, largestQuantity);
    if (quantity > available) {
      return { cart, result: { kind: 'insufficient-stock', name: product.name, available, inCart } };
    }
    if (!item && cart.items.length >= mostItems) return refuse('cart-full');
  }
  const changed: CartItem = {
    productId,
    name: product?.name ?? item?.name ?? '',
    quantity,
    addedAt: item?.addedAt ?? change.now,
  };
  return {
    cart: rememberCall({ ...cart, items: withItem(cart.items, changed) }, callId),
    result: { kind: 'changed' },
  };
}

/** The items with one of them replaced where it stood, added at the end, or removed if nothing is left of it. */
export function withItem(items: readonly CartItem[], changed: CartItem): CartItem[] {
  const isNew = items.every((item) => item.productId !== changed.productId);
  const all = isNew
    ? [...items, changed]
    : items.map((item) => (item.productId === changed.productId ? changed : item));
  return all.filter((item) => item.quantity > 0);
}

/** How many different products a cart holds at most. */
export const mostItems = 100;

/** No call is delivered again after this many other changes: its deadline has long passed. */
const mostCallIds = 100;
const mostMergeIds = 20;
const mostOrderIds = 100;

/** A product in a cart, as it is stored: price and stock are product-service's. */
export interface CartItem {
  readonly productId: string;
  /** As it was at the last change, to name a product that is gone. */
  readonly name: string;
  readonly quantity: number;
  readonly addedAt: Date;
}

/** A merge under way: items that have left a guest's cart for an account's. */
export interface Merge {
  readonly id: string;
  /** The account's id. */
  readonly into: string;
  readonly items: readonly CartItem[];
}

/** A cart as it is stored. A change returns a new one; an unchanged cart is the same object. */
export interface StoredCart {
  readonly id: string;
  /** 0 until the first change is stored; each stored change adds 1. */
  readonly version: number;
  readonly items: readonly CartItem[];
  /** Ids of the last calls that changed it. */
  readonly callIds: readonly string[];
  /** Ids of the last merges into it. */
  readonly mergeIds: readonly string[];
  /** Ids of the last orders taken out of it. */
  readonly orderIds: readonly string[];
  /** Only in a guest's cart, and only until the account's cart has the items. */
  readonly pendingMerge: Merge | undefined;
}

export function unusedCart(id: string): StoredCart {
  return { id, version: 0, items: [], callIds: [], mergeIds: [], orderIds: [], pendingMerge: undefined };
}

export function recordCall(cart: StoredCart, callId: string | undefined): StoredCart {
  return callId === undefined ? cart : { ...cart, callIds: [...cart.callIds, callId].slice(-mostCallIds) };
}

export function recordMerge(cart: StoredCart, mergeId: string): StoredCart {
  return { ...cart, mergeIds: [...cart.mergeIds, mergeId].slice(-mostMergeIds) };
}

export function recordOrder(cart: StoredCart, orderId: string): StoredCart {
  return { ...cart, orderIds: [...cart.orderIds, orderId].slice(-mostOrderIds) };
}

/** The cart without its items. Its history stays: a repeated call or order must not count again. */
export function emptied(cart: StoredCart): StoredCart {
  return cart.items.length === 0 ? cart : { ...cart, items: [] };
}

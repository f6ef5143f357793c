/** How many different products a cart holds at most. */
export const mostItems = 100;

/** Older than this many changes, a call is not delivered again: its deadline has long passed. */
const rememberedCalls = 100;
const rememberedMoves = 20;
const rememberedOrders = 100;

/** A product in a cart, as it is kept: without price and stock, which are product-service's to say. */
export interface CartItem {
  readonly productId: string;
  /** As it was when last seen, to speak of a product that is gone. */
  readonly name: string;
  readonly quantity: number;
  readonly addedAt: Date;
}

/** Items on their way from a guest's cart into an account's. */
export interface Move {
  readonly id: string;
  /** The account's id. */
  readonly into: string;
  readonly items: readonly CartItem[];
}

/** A cart as it is kept. Every change makes a new one; one that stayed the same is the same object. */
export interface KeptCart {
  readonly id: string;
  /** 0 until the first change is kept; each kept change adds 1. */
  readonly version: number;
  readonly items: readonly CartItem[];
  /** Ids of the last calls that changed it. */
  readonly calls: readonly string[];
  /** Ids of the last moves it took in. */
  readonly moves: readonly string[];
  /** Ids of the last orders taken out of it. */
  readonly orders: readonly string[];
  /** Only in a guest's cart, and only until the account's cart has the items. */
  readonly moving: Move | undefined;
}

export function unusedCart(id: string): KeptCart {
  return { id, version: 0, items: [], calls: [], moves: [], orders: [], moving: undefined };
}

export function rememberCall(cart: KeptCart, callId: string | undefined): KeptCart {
  return callId === undefined ? cart : { ...cart, calls: [...cart.calls, callId].slice(-rememberedCalls) };
}

export function rememberMove(cart: KeptCart, moveId: string): KeptCart {
  return { ...cart, moves: [...cart.moves, moveId].slice(-rememberedMoves) };
}

export function rememberOrder(cart: KeptCart, orderId: string): KeptCart {
  return { ...cart, orders: [...cart.orders, orderId].slice(-rememberedOrders) };
}

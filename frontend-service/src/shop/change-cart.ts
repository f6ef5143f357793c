import { type Cart, changeCart, type RpcFailure } from '@micromall/contracts';
import { currentTrace, RpcError } from '@micromall/platform';
import type { Request } from 'express';
import type { FrontendContext } from '../context.js';
import { openCart } from '../session/shopper.js';
import { tooManyWords } from './words.js';

export type CartOutcome =
  | { readonly ok: true; readonly cart: Cart }
  /** `status`: what HTTP calls it; `message`: for the shopper; `traceId`: to ask us about, if it is our fault. */
  | {
      readonly ok: false;
      readonly status: number;
      readonly message: string;
      readonly traceId?: string | undefined;
    };

/** Changes how many of a product are in the visitor's cart, and keeps the cart icon's number right. */
export async function changeTheCart(
  { rpc, events }: FrontendContext,
  request: Request,
  productId: string,
  difference: number,
): Promise<CartOutcome> {
  const cart = await openCart(request);
  try {
    const reply = await rpc.call(
      changeCart,
      { id: cart.id, itemid: productId, qty: difference },
      { identity: cart.identity },
    );
    if (reply.ok) {
      request.session.cartCount = reply.cart.count;
      events.cartChanged(productId, difference);
      if (difference > 0) events.funnel('added-to-cart', { productId });
      return { ok: true, cart: reply.cart };
    }
    events.cartRefused(productId, reply.error.code);
    if (reply.error.code === 'insufficient-stock') events.funnel('stock-out-told', { productId });
    return { ok: false, ...refusalOf(reply.error) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    events.partMissing('cart', error);
    return {
      ok: false,
      status: 503,
      message: 'Your cart is resting and does not answer. Please look into it and try again in a minute.',
      traceId: currentTrace()?.traceId,
    };
  }
}

function refusalOf(error: RpcFailure<typeof changeCart>): { status: number; message: string } {
  switch (error.code) {
    case 'insufficient-stock':
      return { status: 409, message: tooManyWords(error.details) };
    case 'product-unknown':
      return { status: 404, message: 'The shop does not have this product any more.' };
    case 'cart-full':
      return { status: 409, message: 'Your cart holds 100 different products; that is all it can carry.' };
    case 'not-your-cart':
      return { status: 403, message: 'This cart belongs to an account. Log in to use it.' };
  }
}

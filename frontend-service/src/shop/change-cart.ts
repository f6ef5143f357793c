import { type Cart, changeCart, type RpcFailure } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { Request } from 'express';
import type { FrontendContext } from '../context.js';
import { openCart } from '../session/shopper.js';
import { tooManyWords } from './words.js';

/** A shopper who waits for a button is told after this time that the cart does not answer. */
const withinMs = 4_000;

export type CartOutcome =
  | { readonly ok: true; readonly cart: Cart }
  /** `status`: what HTTP calls it; `message`: for the shopper. */
  | { readonly ok: false; readonly status: number; readonly message: string };

/** Changes how many of a product are in the visitor's cart, and keeps the cart icon's number right. */
export async function changeTheCart(
  { rpc, events }: FrontendContext,
  request: Request,
  productId: string,
  difference: number,
): Promise<CartOutcome> {
  const cart = openCart(request);
  try {
    const reply = await rpc.call(
      changeCart,
      { id: cart.id, itemid: productId, qty: difference },
      { identity: cart.identity, timeoutMs: withinMs },
    );
    if (reply.ok) {
      request.session.cartCount = reply.cart.count;
      events.cartChanged(productId, difference);
      return { ok: true, cart: reply.cart };
    }
    events.cartRefused(productId, reply.error.code);
    return { ok: false, ...refusalOf(reply.error) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    events.partMissing('cart', error);
    return {
      ok: false,
      status: 503,
      message: 'Your cart is resting and does not answer. Please look into it and try again in a minute.',
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

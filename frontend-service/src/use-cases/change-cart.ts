import { type Cart, changeCart, type RpcFailure } from '@micromall/contracts';
import type { RpcUnavailable } from '@micromall/platform';
import type { Request, Response } from 'express';
import type { Context } from '../context.js';
import { tooManyText } from '../domain/labels.js';
import { openCart } from '../store/shopper.js';

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
export async function changeVisitorCart(
  { rpc, events }: Context,
  request: Request,
  response: Response,
  productId: string,
  difference: number,
): Promise<CartOutcome> {
  const cart = await openCart(request);
  const reply = await rpc.tryCall(
    changeCart,
    { id: cart.id, itemid: productId, qty: difference },
    { identity: cart.identity },
  );
  if (reply.ok) {
    request.session.cartCount = reply.cart.count;
    if (difference > 0) events.funnel('added-to-cart', { productId });
    return { ok: true, cart: reply.cart };
  }
  if (reply.error.code === 'insufficient-stock') events.funnel('stock-out-told', { productId });
  const { status, message } = refusalOf(reply.error);
  return { ok: false, status, message, traceId: status === 503 ? response.locals.traceId : undefined };
}

function refusalOf(error: RpcFailure<typeof changeCart> | RpcUnavailable['error']): {
  status: number;
  message: string;
} {
  switch (error.code) {
    case 'insufficient-stock':
      return { status: 409, message: tooManyText(error.details) };
    case 'product-unknown':
      return { status: 404, message: 'The shop does not have this product any more.' };
    case 'cart-full':
      return { status: 409, message: 'Your cart holds 100 different products; that is all it can carry.' };
    case 'not-your-cart':
      return { status: 403, message: 'This cart belongs to an account. Log in to use it.' };
    case 'unavailable':
      return {
        status: 503,
        message: 'Your cart is resting and does not answer. Please look into it and try again in a minute.',
      };
  }
}

import { getCart, mergeCart } from '@micromall/contracts';
import { currentTrace, RpcError } from '@micromall/platform';
import type { Request } from 'express';
import type { FrontendContext } from '../context.js';
import type { Notice } from '../session/session.js';
import { cartOf, shopperOf } from '../session/shopper.js';

/**
 * Moves what a shopper had put into a guest's cart into the cart of the account.
 * @throws {RpcError} if cart-service does not answer: the guest's cart stays named in the session, and the next page
 * that shows the cart tries again
 */
export async function mergeGuestCart({ rpc }: FrontendContext, request: Request): Promise<void> {
  const shopper = shopperOf(request);
  const guestId = request.session.guestCartId;
  if (!shopper || guestId === undefined) return;
  const reply = await rpc.call(mergeCart, { guestId }, { identity: shopper.identity });
  delete request.session.guestCartId;
  if (reply.ok) request.session.cartCount = reply.cart.count;
}

/**
 * Brings the cart along on the way to a page that is about something else.
 * @returns what the shopper should be told, if cart-service does not answer
 */
export async function bringCartAlong(context: FrontendContext, request: Request): Promise<Notice[]> {
  const { events } = context;
  try {
    if (request.session.guestCartId === undefined) await refreshCartCount(context, request);
    else await mergeGuestCart(context, request);
    return [];
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    events.partMissing('cart', error);
    const text = 'Your cart is resting. What you have put into it will be there as soon as it answers.';
    return [{ kind: 'alert', text, traceId: currentTrace()?.traceId }];
  }
}

/** Brings the cart icon's number up to date. */
async function refreshCartCount({ rpc }: FrontendContext, request: Request): Promise<void> {
  const cart = cartOf(request);
  if (!cart) return;
  const reply = await rpc.call(getCart, { id: cart.id }, { identity: cart.identity });
  if (reply.ok) request.session.cartCount = reply.cart.count;
}

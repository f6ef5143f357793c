import { getCart, mergeCart } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { Request } from 'express';
import type { FrontendContext } from '../context.js';
import type { Notice } from '../session/session.js';
import { cartOf, shopperOf } from '../session/shopper.js';

const withinMs = 3_000;

/**
 * Moves what a shopper had put into a guest's cart into the cart of the account. When cart-service does not answer
 * the guest's cart stays named in the session, and the next page that shows the cart tries again.
 * @returns what the shopper should be told
 */
export async function mergeGuestCart({ rpc, events }: FrontendContext, request: Request): Promise<Notice[]> {
  const shopper = shopperOf(request);
  const guestId = request.session.guestCartId;
  if (!shopper || guestId === undefined) return [];
  try {
    const reply = await rpc.call(mergeCart, { guestId }, { identity: shopper.identity, timeoutMs: withinMs });
    delete request.session.guestCartId;
    if (reply.ok) request.session.cartCount = reply.cart.count;
    return [];
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    events.partMissing('cart', error);
    const text = 'Your cart is resting. What you have put into it will be there as soon as it answers.';
    return [{ kind: 'alert', text }];
  }
}

/** Brings the cart icon's number up to date; if cart-service does not answer it stays as it was. */
export async function refreshCartCount({ rpc, events }: FrontendContext, request: Request): Promise<void> {
  const cart = cartOf(request);
  if (!cart) return;
  try {
    const reply = await rpc.call(getCart, { id: cart.id }, { identity: cart.identity, timeoutMs: withinMs });
    if (reply.ok) request.session.cartCount = reply.cart.count;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    events.partMissing('cart', error);
  }
}

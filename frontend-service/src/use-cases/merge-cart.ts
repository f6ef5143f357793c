import { getCart, mergeCart } from '@micromall/contracts';
import type { Request, Response } from 'express';
import { isUnavailable } from '../clients/rpc.js';
import type { Context } from '../context.js';
import type { Notice } from '../domain/notice.js';
import { cartOf, shopperOf } from '../store/shopper.js';

/**
 * Moves what a shopper had put into a guest's cart into the cart of the account.
 * @throws {RpcError} if cart-service does not answer: the guest's cart stays named in the session, and the next page
 * that shows the cart tries again
 */
export async function mergeGuestCart({ rpc }: Context, request: Request): Promise<void> {
  const shopper = shopperOf(request);
  const guestId = request.session.guestCartId;
  if (!shopper || guestId === undefined) return;
  const reply = await rpc.call(mergeCart, { guestId }, { identity: shopper.identity });
  delete request.session.guestCartId;
  if (reply.ok) request.session.cartCount = reply.cart.count;
}

/**
 * Brings the shopper's cart and the number on its icon up to date, on the way to a page that is about something else.
 * @returns what the shopper should be told, if cart-service does not answer
 */
export async function bringCartAlong(
  { rpc }: Context,
  request: Request,
  response: Response,
): Promise<Notice[]> {
  const cart = cartOf(request);
  if (!cart) return [];
  const { guestCartId: guestId } = request.session;
  const options = { identity: cart.identity };
  const reply =
    guestId === undefined
      ? await rpc.tryCall(getCart, { id: cart.id }, options)
      : await rpc.tryCall(mergeCart, { guestId }, options);
  if (isUnavailable(reply)) {
    const text = 'Your cart is resting. What you have put into it will be there as soon as it answers.';
    return [{ kind: 'alert', text, traceId: response.locals.traceId }];
  }
  delete request.session.guestCartId;
  if (reply.ok) request.session.cartCount = reply.cart.count;
  return [];
}

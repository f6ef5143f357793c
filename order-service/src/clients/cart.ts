import {
  type Cart,
  type CartChange,
  type ReservationLine,
  reviewCart,
  settleCart,
} from '@micromall/contracts';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';

/** A cart as the shop can fill it now, and what had to be taken out of it for that. */
export interface ReviewedCart {
  readonly cart: Cart;
  readonly changes: CartChange[];
}

/**
 * Brings the cart of an account in line with the stock.
 * @param held what an unpaid order of the same person holds: it counts as available
 * @throws {RpcError} when cart-service does not answer
 */
export async function reviewCartOf(
  { rpc }: Context,
  userId: string,
  held: ReservationLine[] = [],
): Promise<ReviewedCart> {
  const reply = await rpc.call(reviewCart, { id: userId, held });
  if (!reply.ok) throw new Error(`review-cart: ${reply.error.message}`);
  return reply;
}

/** So that the shopper sees an empty cart at once; the event `order.paid` does the same if this fails. */
export async function settleCartOf(
  { rpc, logger }: Context,
  { _id, userId, lines }: OrderRecord,
): Promise<void> {
  const settled = await rpc.tryCall(settleCart, {
    userId,
    orderId: _id,
    lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
  });
  if (!settled.ok) {
    const { message } = settled.error;
    logger.info({ orderId: _id, reason: message }, 'the cart was not settled yet, the event will do it');
  }
}

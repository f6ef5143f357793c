import { orderMissing } from '@micromall/contracts';
import type { Context } from '../context.js';

/** Orders are written before they can be paid; so many tries, twelve seconds, are for a database that recovers. */
const triesBeforeGone = 4;

/**
 * Money is there, and its order is not: it was lost with the database. The payment goes back.
 * @param attempt which try this is, from 1
 * @throws until the order counts as gone, so that it is searched again
 */
export async function giveUpMissingOrder(
  { publisher, events }: Context,
  orderId: string,
  attempt: number,
): Promise<void> {
  if (attempt < triesBeforeGone) throw new Error(`there is no order ${orderId}`);
  await publisher.emit(
    orderMissing,
    { orderId, occurredAt: new Date().toISOString() },
    { messageId: `${orderMissing.name}:${orderId}` },
  );
  events.paidButGone(orderId);
}

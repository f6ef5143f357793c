import type { orderPaid } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';

/** The order knows of its payment: it does not count as one without an order. */
export function handleOrderPaid(context: Context): EventHandler<typeof orderPaid> {
  return ({ orderId }) => context.checkouts.noteOrderKnows(orderId);
}

import type { orderPaid } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';

/** The order knows of its payment: nobody needs to look for it. */
export function handleOrderPaid(context: Context): EventHandler<typeof orderPaid> {
  return ({ orderId }) => context.checkouts.noteOrderKnows(orderId);
}

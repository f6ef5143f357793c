import type { orderMissing } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { requestRefund } from '../use-cases/request-refund.js';

/**
 * If there is no order, the money goes back: for a checkout that was opened here. A session that nobody here has
 * opened belongs to another shop with the same account, whose money this is not.
 */
export function handleOrderMissing(context: Context): EventHandler<typeof orderMissing> {
  return async ({ orderId }) => {
    const checkout = await context.checkouts.find(orderId);
    await context.checkouts.noteOrderKnows(orderId);
    if (!checkout?.parameters) return context.events.paidElsewhere(orderId);
    context.events.paidWithoutOrder(orderId);
    await requestRefund(context, orderId, 1, 'requested_by_customer');
  };
}

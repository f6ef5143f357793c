import type { orderRefundRequested } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { requestRefund } from '../use-cases/request-refund.js';

export function handleRefundRequested(context: Context): EventHandler<typeof orderRefundRequested> {
  return async ({ orderId, attempt, reason }) => {
    // Paid too late, an order goes from cancelled to refunding and never becomes paid.
    await context.checkouts.noteOrderKnows(orderId);
    await requestRefund(context, orderId, attempt, reason);
  };
}

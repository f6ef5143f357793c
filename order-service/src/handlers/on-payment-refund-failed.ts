import type { paymentRefundFailed } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { moveOrder } from '../orders/move-order.js';
import { requireOrder } from '../orders/require-order.js';

/** Only the outcome of the latest attempt counts; that of a refund not yet heard of is tried again later. */
export function handlePaymentRefundFailed(context: Context): EventHandler<typeof paymentRefundFailed> {
  return async ({ orderId, refundId, attempt, reason }) => {
    const order = await requireOrder(context, orderId);
    if (attempt > order.refundAttempts) {
      throw new Error(
        `refund ${attempt} of order ${orderId} failed, but only ${order.refundAttempts} are known`,
      );
    }
    await moveOrder(
      context,
      order,
      { to: 'refund-failed', refundId, failure: reason },
      (current) => current.refundAttempts === attempt,
    );
  };
}

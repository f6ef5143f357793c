import type { paymentRefunded } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { moveOrder } from '../orders/move-order.js';

/**
 * Only the outcome of the latest attempt counts. An attempt that nobody here has asked for was made by hand in
 * Stripe's dashboard: the order follows, by the same two steps as ever; the request that this sends to
 * payment-service finds the refund already made.
 */
export function handlePaymentRefunded(context: Context): EventHandler<typeof paymentRefunded> {
  return async ({ orderId, refundId, attempt }) => {
    const order = await context.orders.find(orderId);
    if (!order) return context.events.refundedWithoutOrder(orderId, refundId);
    if (attempt <= order.refundAttempts) {
      await moveOrder(
        context,
        order,
        { to: 'refunded', refundId },
        (current) => current.refundAttempts === attempt,
      );
      return;
    }
    const { order: begun } = await moveOrder(
      context,
      order,
      { to: 'refunding', reason: 'requested_by_customer' },
      (current) => current.refundAttempts === attempt - 1,
    );
    // Given back already, by an attempt that found the very refund that was made by hand.
    if (begun.state === 'refunded') return;
    if (begun.refundAttempts < attempt) {
      throw new Error(
        `refund ${attempt} of order ${orderId}, which is ${begun.state}: its payment was not heard of yet`,
      );
    }
    await moveOrder(
      context,
      begun,
      { to: 'refunded', refundId },
      (current) => current.refundAttempts === attempt,
    );
  };
}

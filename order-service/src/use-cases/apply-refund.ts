import type { EventPayload, paymentRefunded, paymentRefundFailed } from '@micromall/contracts';
import type { Context } from '../context.js';
import type { Money, OrderRecord } from '../domain/order.js';
import { requireOrder } from './find-order.js';
import { transitionOrder } from './transition-order.js';

/**
 * The money of an order has gone back. Only the outcome of the latest attempt counts. An attempt that nobody here has
 * asked for was made by hand in Stripe's dashboard: the order follows, by the same two transitions as ever; the
 * request that this sends to payment-service finds the refund already made.
 */
export async function applyRefund(
  context: Context,
  { orderId, refundId, attempt, amount, currency }: EventPayload<typeof paymentRefunded>,
): Promise<void> {
  const money = { amount, currency };
  const order = await context.orders.find(orderId);
  if (!order) return context.events.refundedWithoutOrder(orderId, refundId);
  if (attempt <= order.refundAttempts) return finish(context, order, refundId, attempt, money);

  const { order: begun } = await transitionOrder(
    context,
    order,
    { to: 'refunding', reason: 'requested_by_customer' },
    (current) => current.refundAttempts === attempt - 1,
  );
  // Given back already, by an attempt that found the very refund that was made by hand.
  if (begun.state === 'refunded') return;
  if (begun.refundAttempts < attempt) {
    throw new Error(
      `refund ${attempt} of order ${orderId}, which is ${begun.state}: its payment is not known yet`,
    );
  }
  await finish(context, begun, refundId, attempt, money);
}

async function finish(
  context: Context,
  order: OrderRecord,
  refundId: string,
  attempt: number,
  money: Money,
): Promise<void> {
  const { applied, order: refunded } = await transitionOrder(
    context,
    order,
    { to: 'refunded', refundId },
    (current) => current.refundAttempts === attempt,
  );
  if (!applied) return;
  // Money that the bank returned and that goes back again leaves the shop once.
  if (refunded.history.filter(({ state }) => state === 'refunded').length > 1) return;
  if (!refunded.payment) context.events.moneyArrived(refunded, money);
  context.events.moneyWentBack(refunded, money);
}

/** Only the outcome of the latest attempt counts; that of an attempt that is not known yet is tried again later. */
export async function applyRefundFailure(
  context: Context,
  { orderId, refundId, attempt, reason }: EventPayload<typeof paymentRefundFailed>,
): Promise<void> {
  const order = await requireOrder(context, orderId);
  if (attempt > order.refundAttempts) {
    throw new Error(
      `refund ${attempt} of order ${orderId} failed, but only ${order.refundAttempts} are known`,
    );
  }
  await transitionOrder(
    context,
    order,
    { to: 'refund-failed', refundId, failure: reason },
    (current) => current.refundAttempts === attempt,
  );
}

import type { OrderState, RefundReason, RpcReply, refund, Shortage } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { isRefundable } from '../domain/transitions.js';
import { requireOrder } from './find-order.js';
import { transitionOrder } from './transition-order.js';

/** Asked for again, a refund that is under way or done is the same refund. */
const refundStates: readonly OrderState[] = ['refunding', 'refunded'];

/** Begins to give the whole payment of an order back. */
export async function requestRefund(
  context: Context,
  orderId: string,
  reason: RefundReason,
): Promise<RpcReply<typeof refund>> {
  const order = await context.orders.find(orderId);
  if (!order) return failed('order-unknown', `There is no order with the id ${orderId}.`);
  const { order: after } = await transitionOrder(context, order, { to: 'refunding', reason }, (current) =>
    isRefundable(current.state),
  );
  if (refundStates.includes(after.state)) return { ok: true, order: toOrder(after) };
  const message = `Order ${after.number} is ${after.state}: the shop holds no money of it.`;
  return failed('wrong-state', message, { state: after.state });
}

/** Gives back, once, what was paid for stock that has gone to others. */
export async function refundShortOrder(
  context: Context,
  orderId: string,
  shortages: readonly Shortage[],
): Promise<void> {
  const order = await requireOrder(context, orderId);
  const { applied } = await transitionOrder(
    context,
    order,
    { to: 'refunding', reason: 'requested_by_customer' },
    (current) => isRefundable(current.state) && current.refundAttempts === 0,
  );
  if (applied) context.events.soldOutAfterPayment(order, shortages);
}

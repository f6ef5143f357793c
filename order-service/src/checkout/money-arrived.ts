import type { Context } from '../context.js';
import { type OrderRecord, type Payment, paysFor } from '../domain/order.js';
import { isRefundable } from '../domain/transitions.js';
import { moveOrder } from '../orders/move-order.js';

/**
 * The payment of an order is there: told by the event, by the shopper's return, or by the sweeper, in any order and
 * any number of times. What comes for a cancelled order, or is not what the order costs, goes back.
 * @param payment what Stripe took, where that is known
 */
export async function moneyArrived(
  context: Context,
  order: OrderRecord,
  payment: Payment | null,
): Promise<OrderRecord> {
  const settled = await moveOrder(context, order, { to: 'paid', payment });
  if (settled.order.state === 'cancelled') return giveBack(context, settled.order, payment);
  if (!payment) return settled.order;

  if (!settled.order.payment) await context.orders.rememberPayment(order._id, payment);
  if (paysFor(payment, settled.order)) return settled.order;
  const refunded = await moveOrder(
    context,
    settled.order,
    { to: 'refunding', reason: 'requested_by_customer' },
    (current) => isRefundable(current.state) && current.refundAttempts === 0,
  );
  if (refunded.moved) context.events.wrongAmountPaid(refunded.order, payment);
  return refunded.order;
}

async function giveBack(context: Context, order: OrderRecord, payment: Payment | null): Promise<OrderRecord> {
  const refunded = await moveOrder(context, order, {
    to: 'refunding',
    reason: 'requested_by_customer',
    ...(payment ? { payment } : {}),
  });
  if (refunded.moved) context.events.paidTooLate(refunded.order);
  return refunded.order;
}

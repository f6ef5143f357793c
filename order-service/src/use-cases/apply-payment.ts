import type { CancelReason, CheckoutStatus } from '@micromall/contracts';
import type { Context } from '../context.js';
import { hasBeen, type OrderRecord, type Payment, paysFor } from '../domain/order.js';
import { isRefundable } from '../domain/transitions.js';
import { type Transitioned, transitionOrder } from './transition-order.js';

/**
 * Brings an order in line with how its checkout stands at Stripe.
 * @param reason why it is cancelled, if it turns out that it can not be paid any more
 */
export async function reconcile(
  context: Context,
  order: OrderRecord,
  status: CheckoutStatus,
  reason: CancelReason,
): Promise<OrderRecord> {
  if (status === 'paid') return applyPayment(context, order, null);
  if (status !== 'expired') return order;
  return (await transitionOrder(context, order, { to: 'cancelled', reason })).order;
}

/**
 * Applies a payment to its order: known by the event, by the shopper's return, or by the sweeper, in any order and any
 * number of times. What comes for a cancelled order, or is not what the order costs, goes back.
 * @param payment what Stripe took, where that is known
 */
export async function applyPayment(
  context: Context,
  order: OrderRecord,
  payment: Payment | null,
): Promise<OrderRecord> {
  const paid = await transitionOrder(context, order, { to: 'paid', payment });
  const applied = paid.order.state === 'cancelled' ? await giveBack(context, paid.order, payment) : paid;
  if (!payment) return applied.order;
  const known = await recordMoney(context, applied, payment);
  return paysFor(payment, known) ? known : giveBackWrongAmount(context, known, payment);
}

async function giveBack(
  context: Context,
  order: OrderRecord,
  payment: Payment | null,
): Promise<Transitioned> {
  const refunding = await transitionOrder(context, order, {
    to: 'refunding',
    reason: 'requested_by_customer',
    ...(payment ? { payment } : {}),
  });
  if (refunding.applied) context.events.paidTooLate(refunding.order);
  return refunding;
}

/** Money is counted once: when its payment is first written into the order, with the state or after it. */
async function recordMoney(
  { orders, events }: Context,
  { applied, order }: Transitioned,
  payment: Payment,
): Promise<OrderRecord> {
  if (applied) {
    events.moneyArrived(order, payment);
    return order;
  }
  if (order.payment) return order;
  const recorded = await orders.recordPayment(order._id, payment);
  // What went back before its payment was known was counted as arrived then.
  if (recorded && !hasBeen(recorded, 'refunded')) events.moneyArrived(recorded, payment);
  return recorded ?? order;
}

async function giveBackWrongAmount(
  context: Context,
  order: OrderRecord,
  payment: Payment,
): Promise<OrderRecord> {
  const refunding = await transitionOrder(
    context,
    order,
    { to: 'refunding', reason: 'requested_by_customer' },
    (current) => isRefundable(current.state) && current.refundAttempts === 0,
  );
  if (refunding.applied) context.events.wrongAmountPaid(refunding.order, payment);
  return refunding.order;
}

import type { CancelReason, CheckoutStatus } from '@micromall/contracts';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { moveOrder } from '../orders/move-order.js';
import { moneyArrived } from './money-arrived.js';

/**
 * Brings an order in line with how its checkout stands at Stripe.
 * @param reason why it is cancelled, if it turns out that it can not be paid any more
 */
export async function applyStatus(
  context: Context,
  order: OrderRecord,
  status: CheckoutStatus,
  reason: CancelReason,
): Promise<OrderRecord> {
  if (status === 'paid') return moneyArrived(context, order, null);
  if (status !== 'expired') return order;
  return (await moveOrder(context, order, { to: 'cancelled', reason })).order;
}

import { timingSafeEqual } from 'node:crypto';
import { endCheckout } from '../clients/payment.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { reconcile } from './apply-payment.js';

/**
 * Gives up an order that is not paid yet; any other stays as it is. Only Stripe knows whether it is paid already, so
 * the page is closed there first.
 */
export async function cancelCheckout(context: Context, order: OrderRecord): Promise<OrderRecord> {
  if (order.state !== 'awaiting-payment') return order;
  await context.orders.noteClosing(order._id, 'shopper-went-back');
  const status = await endCheckout(context, order._id);
  if (status === 'no-answer') return (await context.orders.find(order._id)) ?? order;
  return reconcile(context, order, status, 'shopper-went-back');
}

/**
 * Whether a token is the one in the return address of this order's payment page. Takes the same time however much of
 * it is right. An order from before there were tokens has none, so no token fits it.
 */
export function isCancelTokenOf(order: Pick<OrderRecord, 'cancelToken'>, token: string): boolean {
  const [expected, given] = [Buffer.from(order.cancelToken ?? ''), Buffer.from(token)];
  return expected.length > 0 && expected.length === given.length && timingSafeEqual(expected, given);
}

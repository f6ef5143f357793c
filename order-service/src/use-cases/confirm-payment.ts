import { settleCartOf } from '../clients/cart.js';
import { askStatus } from '../clients/payment.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { reconcile } from './apply-payment.js';

/** The shopper waits for the thanks page; the webhook or the sweeper comes later in any case. */
const statusTimeoutMs = 5_000;

/** Asks how the payment of an order stands, without waiting for the event. */
export async function confirmPayment(context: Context, order: OrderRecord): Promise<OrderRecord> {
  const current = order.state === 'awaiting-payment' ? await checkStatus(context, order) : order;
  if (current.state === 'paid') await settleCartOf(context, current);
  return current;
}

async function checkStatus(context: Context, order: OrderRecord): Promise<OrderRecord> {
  const answer = await askStatus(context, order._id, statusTimeoutMs);
  // Meanwhile the event may have come first.
  if (answer === 'no-answer' || answer === 'unknown-checkout') {
    return (await context.orders.find(order._id)) ?? order;
  }
  return reconcile(context, order, answer, 'payment-expired');
}

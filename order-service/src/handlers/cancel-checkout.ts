import type { cancelCheckout } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import { applyStatus } from '../checkout/apply-status.js';
import { endCheckout } from '../checkout/ask-payment.js';
import type { Context } from '../context.js';
import { type OrderRecord, toOrder } from '../domain/order.js';
import { findOwnOrder, orderUnknownText } from '../orders/own-order.js';

export function handleCancelCheckout(context: Context): RpcHandler<typeof cancelCheckout> {
  return async ({ orderId }, caller) => {
    const order = await findOwnOrder(context, orderId, caller);
    if (!order) return failed('order-unknown', orderUnknownText);
    const current = order.state === 'awaiting-payment' ? await giveUp(context, order) : order;
    return { ok: true, order: toOrder(current) };
  };
}

/** Only Stripe knows whether it is paid already, so the page is closed there first. */
async function giveUp(context: Context, order: OrderRecord): Promise<OrderRecord> {
  await context.orders.noteClosing(order._id, 'shopper-went-back');
  const status = await endCheckout(context, order._id);
  if (status === 'no-answer') return (await context.orders.find(order._id)) ?? order;
  return applyStatus(context, order, status, 'shopper-went-back');
}

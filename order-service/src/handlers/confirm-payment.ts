import { type confirmPayment, settleCart } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import { applyStatus } from '../checkout/apply-status.js';
import { askStatus } from '../checkout/ask-payment.js';
import type { Context } from '../context.js';
import { type OrderRecord, toOrder } from '../domain/order.js';
import { findOwnOrder, orderUnknownText } from '../orders/own-order.js';

/** The shopper waits for the page of thanks; the webhook or the sweeper comes later in any case. */
const patienceMs = 5_000;

export function handleConfirmPayment(context: Context): RpcHandler<typeof confirmPayment> {
  return async ({ orderId }, caller) => {
    const order = await findOwnOrder(context, orderId, caller);
    if (!order) return failed('order-unknown', orderUnknownText);
    const current = order.state === 'awaiting-payment' ? await askAbout(context, order) : order;
    if (current.state === 'paid') await emptyCart(context, current);
    return { ok: true, order: toOrder(current) };
  };
}

async function askAbout(context: Context, order: OrderRecord): Promise<OrderRecord> {
  const answer = await askStatus(context, order._id, patienceMs);
  // Silence here may also mean that the event came first, while we waited.
  if (answer === 'no-answer' || answer === 'unknown-checkout') {
    return (await context.orders.find(order._id)) ?? order;
  }
  return applyStatus(context, order, answer, 'payment-expired');
}

/** So that the shopper sees an empty cart at once; the event `order.paid` does the same if this fails. */
async function emptyCart(context: Context, { _id, userId, lines }: OrderRecord): Promise<void> {
  try {
    await context.rpc.call(settleCart, {
      userId,
      orderId: _id,
      lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
    });
  } catch (error) {
    context.logger.info({ err: error, orderId: _id }, 'the cart was not settled yet, the event will do it');
  }
}

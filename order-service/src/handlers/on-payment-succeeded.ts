import type { paymentSucceeded } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import { moneyArrived } from '../checkout/money-arrived.js';
import type { Context } from '../context.js';
import { giveUpMissingOrder } from '../orders/missing-order.js';

export function handlePaymentSucceeded(context: Context): EventHandler<typeof paymentSucceeded> {
  return async ({ orderId, sessionId, paymentIntentId, amount, currency }, { attempt }) => {
    const order = await context.orders.find(orderId);
    if (!order) return giveUpMissingOrder(context, orderId, attempt);
    await moneyArrived(context, order, { sessionId, paymentIntentId, amount, currency });
  };
}

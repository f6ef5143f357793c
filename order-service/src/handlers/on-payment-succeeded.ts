import type { paymentSucceeded } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { applyPayment } from '../use-cases/apply-payment.js';
import { giveUpMissingOrder } from '../use-cases/give-up-missing-order.js';

export function handlePaymentSucceeded(context: Context): EventHandler<typeof paymentSucceeded> {
  return async ({ orderId, sessionId, paymentIntentId, amount, currency }, { attempt }) => {
    const order = await context.orders.find(orderId);
    if (!order) return giveUpMissingOrder(context, orderId, attempt);
    await applyPayment(context, order, { sessionId, paymentIntentId, amount, currency });
  };
}

import type { paymentSucceeded } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import { moneyArrived } from '../checkout/money-arrived.js';
import type { Context } from '../context.js';
import { requireOrder } from '../orders/require-order.js';

export function handlePaymentSucceeded(context: Context): EventHandler<typeof paymentSucceeded> {
  return async ({ orderId, sessionId, paymentIntentId, amount, currency }) => {
    const order = await requireOrder(context, orderId);
    await moneyArrived(context, order, { sessionId, paymentIntentId, amount, currency });
  };
}

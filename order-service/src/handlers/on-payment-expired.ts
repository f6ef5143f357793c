import type { paymentExpired } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { reconcile } from '../use-cases/apply-payment.js';
import { requireOrder } from '../use-cases/find-order.js';

/** An order that is paid, or ended otherwise, stays as it is. */
export function handlePaymentExpired(context: Context): EventHandler<typeof paymentExpired> {
  return async ({ orderId }) => {
    const order = await requireOrder(context, orderId);
    await reconcile(context, order, 'expired', 'payment-expired');
  };
}

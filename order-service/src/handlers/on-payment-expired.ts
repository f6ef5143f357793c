import type { paymentExpired } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import { applyStatus } from '../checkout/apply-status.js';
import type { Context } from '../context.js';
import { requireOrder } from '../orders/require-order.js';

/** An order that is paid, or ended otherwise, stays as it is. */
export function handlePaymentExpired(context: Context): EventHandler<typeof paymentExpired> {
  return async ({ orderId }) => {
    const order = await requireOrder(context, orderId);
    await applyStatus(context, order, 'expired', 'payment-expired');
  };
}

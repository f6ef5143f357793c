import type { stockShort } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { isRefundable } from '../domain/transitions.js';
import { moveOrder } from '../orders/move-order.js';
import { requireOrder } from '../orders/require-order.js';

/** What can't be delivered is paid back, once. */
export function handleStockShort(context: Context): EventHandler<typeof stockShort> {
  return async ({ orderId, shortages }) => {
    const order = await requireOrder(context, orderId);
    const { moved } = await moveOrder(
      context,
      order,
      { to: 'refunding', reason: 'requested_by_customer' },
      (current) => isRefundable(current.state) && current.refundAttempts === 0,
    );
    if (moved) context.events.soldOutAfterPayment(order, shortages);
  };
}

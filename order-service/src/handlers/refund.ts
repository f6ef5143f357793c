import type { OrderState, refund } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { isRefundable } from '../domain/transitions.js';
import { moveOrder } from '../orders/move-order.js';

/** Asked for again, a refund that is under way or done is the same refund. */
const refundStates: readonly OrderState[] = ['refunding', 'refunded'];

export function handleRefund(context: Context): RpcHandler<typeof refund> {
  return async ({ orderId, reason }) => {
    const order = await context.orders.find(orderId);
    if (!order) return failed('order-unknown', `There is no order with the id ${orderId}.`);
    const { order: after } = await moveOrder(context, order, { to: 'refunding', reason }, (current) =>
      isRefundable(current.state),
    );
    if (refundStates.includes(after.state)) return { ok: true, order: toOrder(after) };
    const message = `Order ${after.number} is ${after.state}: the shop holds no money of it.`;
    return failed('wrong-state', message, { state: after.state });
  };
}

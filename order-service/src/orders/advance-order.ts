import type { acceptOrder, RpcReply } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { moveOrder } from './move-order.js';

/** The answer of `accept-order`, `ship-order`, `deliver-order` and `refund`, which all say the same. */
export type AdvanceReply = RpcReply<typeof acceptOrder>;

/** Takes an order to the next state on its way to the shopper. Done twice, it answers the same. */
export async function advanceOrder(
  context: Context,
  orderId: string,
  to: 'accepted' | 'shipped' | 'delivered',
): Promise<AdvanceReply> {
  const order = await context.orders.find(orderId);
  if (!order) return failed('order-unknown', `There is no order with the id ${orderId}.`);
  const { order: after } = await moveOrder(context, order, { to });
  if (after.state === to) return { ok: true, order: toOrder(after) };
  const message = `Order ${after.number} is ${after.state}, so it can not become ${to}.`;
  return failed('wrong-state', message, { state: after.state });
}

import type { acceptOrder, RpcReply } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { transitionOrder } from './transition-order.js';

/** Takes an order to the next state on its way to the shopper. Done twice, it answers the same. */
export async function advanceOrder(
  context: Context,
  orderId: string,
  to: 'accepted' | 'shipped' | 'delivered',
): Promise<RpcReply<typeof acceptOrder>> {
  const order = await context.orders.find(orderId);
  if (!order) return failed('order-unknown', `There is no order with the id ${orderId}.`);
  const { order: after } = await transitionOrder(context, order, { to });
  if (after.state === to) return { ok: true, order: toOrder(after) };
  const message = `Order ${after.number} is ${after.state}, so it can not become ${to}.`;
  return failed('wrong-state', message, { state: after.state });
}

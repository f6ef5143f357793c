import type { getOrder } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { findOwnOrder, orderUnknownText } from '../use-cases/find-order.js';

export function handleGetOrder(context: Context): RpcHandler<typeof getOrder> {
  return async ({ orderId }, caller) => {
    const isAdmin = caller.identity?.role === 'admin';
    const order = isAdmin ? await context.orders.find(orderId) : await findOwnOrder(context, orderId, caller);
    if (!order) return failed('order-unknown', orderUnknownText);
    return { ok: true, order: toOrder(order) };
  };
}

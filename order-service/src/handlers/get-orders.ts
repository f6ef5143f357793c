import type { getOrders } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';

export function handleGetOrders(context: Context): RpcHandler<typeof getOrders> {
  return async ({ userId }, { from, identity }) => {
    const mayList = from === 'operator' || identity?.userId === userId || identity?.role === 'admin';
    if (!mayList) {
      return failed('not-your-orders', 'Only the account itself or an admin may see these orders.');
    }
    const orders = await context.orders.list(userId);
    return { ok: true, orders: orders.map(toOrder) };
  };
}

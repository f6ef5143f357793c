import type { Caller } from '@micromall/platform';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';

/** What a person hears about an order that is not there, or not theirs: the same, so that ids can't be probed. */
export const orderUnknownText = 'You have no order with this id.';

/** The order, if the caller is the person who placed it, or the operator. */
export async function findOwnOrder(
  context: Context,
  orderId: string,
  caller: Caller,
): Promise<OrderRecord | undefined> {
  const order = await context.orders.find(orderId);
  if (caller.from === 'operator') return order;
  return order && order.userId === caller.identity?.userId ? order : undefined;
}

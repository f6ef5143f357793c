import type { Caller } from '@micromall/platform';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';

/** What a person reads about an order that is not there, or not theirs: the same, so that ids can't be probed. */
export const orderUnknownText = 'You have no order with this id.';

/** The order, if the caller is the person who placed it, or the operator. */
export async function findOwnOrder(
  { orders }: Context,
  orderId: string,
  caller: Caller,
): Promise<OrderRecord | undefined> {
  const order = await orders.find(orderId);
  if (caller.from === 'operator') return order;
  return order && order.userId === caller.identity?.userId ? order : undefined;
}

/**
 * The order that an event is about. Orders are written before there are events about them, so a missing one is a
 * fault: the event is tried again and at last parked for a person.
 */
export async function requireOrder({ orders }: Context, orderId: string): Promise<OrderRecord> {
  const order = await orders.find(orderId);
  if (!order) throw new Error(`there is no order ${orderId}`);
  return order;
}

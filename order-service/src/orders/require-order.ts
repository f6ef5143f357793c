import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';

/**
 * The order that an event is about. Orders are written before anyone hears of them, so a missing one is a fault:
 * the event is tried again and at last parked for a person.
 */
export async function requireOrder(context: Context, orderId: string): Promise<OrderRecord> {
  const order = await context.orders.find(orderId);
  if (!order) throw new Error(`there is no order ${orderId}`);
  return order;
}

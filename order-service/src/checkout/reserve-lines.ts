import { type OrderLine, reserveStock } from '@micromall/contracts';
import type { Context } from '../context.js';
import { type OrderRecord, sameLines, subtotalOf } from '../domain/order.js';
import { moveOrder } from '../orders/move-order.js';

/** The stock outlives the payment page a little, so that a payment of the last second finds it still held. */
const reservationGraceMs = 5 * 60_000;

/**
 * Holds the stock of an order and freezes names and prices as product-service has them at this moment.
 * @returns the order: awaiting its payment, or cancelled because there is too little stock or the price changed
 */
export async function reserveLines(context: Context, order: OrderRecord): Promise<OrderRecord> {
  const reply = await context.rpc.call(reserveStock, {
    orderId: order._id,
    lines: order.lines.map(({ productId, quantity }) => ({ productId, quantity })),
    expiresAt: new Date(order.expiresAt.getTime() + reservationGraceMs).toISOString(),
  });
  if (!reply.ok) {
    const move =
      reply.error.code === 'insufficient-stock'
        ? { reason: 'out-of-stock' as const, shortages: reply.error.details.shortages }
        : // The stock was given back before, so somebody ended this checkout.
          { reason: 'checkout-abandoned' as const };
    return (await moveOrder(context, order, { to: 'cancelled', ...move })).order;
  }

  const foreign = reply.lines.find((line) => line.currency !== order.currency);
  if (foreign)
    throw new Error(`${foreign.productId} is priced in ${foreign.currency}, not in ${order.currency}`);
  const lines = reply.lines.map(
    ({ productId, name, image, price, quantity }): OrderLine => ({
      productId,
      name,
      image,
      price,
      quantity,
      amount: price * quantity,
    }),
  );
  const subtotal = subtotalOf(lines);
  const total = subtotal + order.shipping.amount;
  if (total !== order.confirmedTotal) {
    return (await moveOrder(context, order, { to: 'cancelled', reason: 'cart-changed' })).order;
  }
  context.events.reserved(order);
  if (sameLines(lines, order.lines)) return order;
  const frozen = await context.orders.freeze(order, { lines, subtotal, total });
  return frozen ?? (await context.orders.find(order._id)) ?? order;
}

import type { ReservationLine } from '@micromall/contracts';
import type { OrderRecord } from './order.js';

/** The event that frees the stock of a cancelled order is usually handled by then. */
const releaseMs = 5_000;

/**
 * What an order holds although nobody has paid: after a "Pay now" that failed half-way, while the payment page is
 * open, and for a moment after it was given up. Its own shopper must not read that this is sold out. A hold shown too
 * long sells nothing twice: only a reservation sells.
 */
export function stockHeldBy(order: OrderRecord, now: Date): ReservationLine[] {
  if (order.state !== 'awaiting-payment' && !isBeingReleased(order, now)) return [];
  return order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
}

function isBeingReleased({ state, cancelReason, history }: OrderRecord, now: Date): boolean {
  const ended = history.at(-1)?.at;
  // An order that was refused its stock never held any.
  if (state !== 'cancelled' || cancelReason === 'out-of-stock' || !ended) return false;
  return now.getTime() - ended.getTime() < releaseMs;
}

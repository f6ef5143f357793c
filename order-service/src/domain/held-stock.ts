import type { ReservationLine } from '@micromall/contracts';
import type { OrderRecord } from './order.js';

/** The event that frees the stock of a cancelled order is handled by then, or late enough to be found out. */
const releaseMs = 5_000;

/**
 * What an order keeps from being sold although nobody has paid: after a "Pay now" that failed half-way, while the
 * payment page is open, and for a moment after it was given up. Its own shopper must not be told that this is sold
 * out. It may be said too often, never wrongly sold: only a reservation sells.
 */
export function stockHeldBy(order: OrderRecord, now: Date): ReservationLine[] {
  if (order.state !== 'awaiting-payment' && !isBeingReleased(order, now)) return [];
  return order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
}

function isBeingReleased({ state, cancelReason, history }: OrderRecord, now: Date): boolean {
  const ended = history.at(-1)?.at;
  // One that was refused its stock never held any.
  if (state !== 'cancelled' || cancelReason === 'out-of-stock' || !ended) return false;
  return now.getTime() - ended.getTime() < releaseMs;
}

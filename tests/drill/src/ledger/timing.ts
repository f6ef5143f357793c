import type { Books, OrderEntry } from '@micromall/test-kit/ledger/books';
import { type Outage, timeInOrder } from '../faults/outages.js';

/** The shop's promise: a completed payment is an order within this time, not counting what was down meanwhile. */
export const orderWithinMs = 60_000;

/** How long payments waited for their orders, in milliseconds. */
export interface Waits {
  readonly payments: number;
  readonly longestMs: number;
  /** Of it, only the time in which every part of the shop worked. */
  readonly longestInOrderMs: number;
  /** Payments that waited longer than promised, a sentence each. */
  readonly tooLong: readonly string[];
}

/** From the second in which the stand-in took each payment to the moment in which its order knew. */
export function waitsOf(
  { payments, orders }: Pick<Books, 'payments' | 'orders'>,
  outages: readonly Outage[],
): Waits {
  const byId = new Map(orders.map((order) => [order._id, order]));
  const waits = payments.flatMap(({ created, metadata }) => {
    const order = byId.get(metadata.orderId ?? '');
    const known = order && knownAt(order);
    if (!order || !known) return [];
    const from = created * 1_000;
    const to = Math.max(from, known.getTime());
    return [{ number: order.number, waited: to - from, inOrder: timeInOrder(outages, from, to) }];
  });
  return {
    payments: waits.length,
    longestMs: Math.max(0, ...waits.map(({ waited }) => waited)),
    longestInOrderMs: Math.max(0, ...waits.map(({ inOrder }) => inOrder)),
    tooLong: waits
      .filter(({ inOrder }) => inOrder > orderWithinMs)
      .map(
        ({ number, inOrder }) =>
          `order ${number} waited ${Math.round(inOrder / 1_000)} s for its payment to be known`,
      ),
  };
}

/** When the order first knew of its money; one that was cancelled before gives it back at once. */
function knownAt({ history }: OrderEntry): Date | undefined {
  return history.find(({ state }) => state === 'paid' || state === 'refunding')?.at;
}

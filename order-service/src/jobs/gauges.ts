import type { OrderState } from '@micromall/contracts';
import type { Context } from '../context.js';

/** In these an order waits for somebody: the shopper, the shop, Stripe, or a person who looks at a failed refund. */
const waitingStates = [
  'awaiting-payment',
  'paid',
  'accepted',
  'shipped',
  'refunding',
  'refund-failed',
] as const satisfies readonly OrderState[];

/** Counts what waits: orders by state, and events that the broker does not have yet. */
export async function measureGauges({ orders, outboxes, events }: Context): Promise<void> {
  for (const state of waitingStates) events.inState(state, await orders.countIn(state));
  const oldest = await outboxes.oldestSince();
  const oldestMs = oldest ? Date.now() - oldest.getTime() : 0;
  events.outboxHolds(await outboxes.count(), Math.max(0, oldestMs) / 1_000);
}

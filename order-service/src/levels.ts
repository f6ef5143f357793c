import type { OrderState } from '@micromall/contracts';
import { z } from 'zod';
import type { Context } from './context.js';
import type { OutboxMessage } from './domain/order.js';

/** In these an order waits for somebody: the shopper, the shop, Stripe, or a person who looks at a failed refund. */
const waitingStates = [
  'awaiting-payment',
  'paid',
  'accepted',
  'shipped',
  'refunding',
  'refund-failed',
] as const satisfies readonly OrderState[];

/** Bounds one look at what waits in the orders to be told. */
const sample = 100;
const whenItHappened = z.object({ occurredAt: z.coerce.date() });

/** Counts what stands still: orders by state, and events that wait for the broker. */
export async function measureLevels({ orders, events }: Context): Promise<void> {
  for (const state of waitingStates) events.waiting(state, await orders.countIn(state));
  const outbox = await orders.waitingMessages(sample);
  events.outboxHolds(outbox.orders, ageOf(outbox.messages, Date.now()));
}

/** How old the oldest of these messages is, in seconds; 0 if there is none. */
function ageOf(messages: readonly OutboxMessage[], now: number): number {
  const ages = messages.map(({ payload }) => now - whenItHappened.parse(payload).occurredAt.getTime());
  return Math.max(0, ...ages) / 1_000;
}

import type { Context } from '../context.js';

/** How long an order may take to learn of its payment before the payment counts as one without an order. */
const orderKnowsWithinMs = 60_000;

/** Counts the payments of which no order knows. */
export async function measureGauges({ checkouts, events }: Context): Promise<void> {
  const emittedBefore = new Date(Date.now() - orderKnowsWithinMs);
  events.withoutOrder(await checkouts.countWithoutOrder(emittedBefore));
}

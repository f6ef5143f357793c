import { type Interval, startInterval } from '@micromall/platform';
import type { Context } from '../context.js';
import { nextTryAt } from '../domain/outbox.js';

/** How many outboxes are sent at once. */
const pageSize = 50;

/**
 * Sends the events that could not be sent when they happened: their process died, or the broker did not take them.
 * Each order stores when it may be tried next, so a message that can never be sent is tried ever more rarely, by all
 * processes together, and holds up no other order.
 */
export function startOutboxRelay(context: Context): Interval {
  let stopping = false;
  const interval = startInterval(
    context.config.OUTBOX_RELAY_MS,
    () => relayDue(context, () => stopping),
    context.logger,
  );
  return {
    async stop() {
      stopping = true;
      await interval.stop();
      await context.outbox.idle();
    },
  };
}

async function relayDue(
  { config, outboxes, outbox, publisher }: Context,
  isStopping: () => boolean,
): Promise<void> {
  const now = new Date();
  // Without a broker every message fails, which says nothing about the message.
  const mayGoOn = () => publisher.connected && !isStopping();
  while (mayGoOn()) {
    // What is claimed is due later, so each page is the next one.
    const page = await outboxes.due(now, pageSize);
    if (page.length === 0) return;
    await Promise.all(
      page.map(async (due) => {
        if (!mayGoOn()) return;
        const messages = await outboxes.claim(due, nextTryAt(due.attempts, now, config.OUTBOX_RELAY_MS));
        if (messages) await outbox.send(due.orderId, messages);
      }),
    );
  }
}

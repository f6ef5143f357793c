import { newTraceId, runInTrace } from '@micromall/platform';
import type Stripe from 'stripe';
import { quickly } from '../clients/stripe/client.js';
import type { Context } from '../context.js';
import { webhookEvents } from '../domain/webhook-events.js';
import { handleStripeEvent, metadataOf } from '../use-cases/handle-stripe-event.js';
import { inPurchaseTrace } from '../use-cases/in-purchase-trace.js';

/** An event may be listed a moment after it has happened, so the last minutes are read again each time. */
const overlapMs = 2 * 60_000;
/** An event that can't be handled is read again for so long; then its payment or refund is left to the sweeper. */
const retryForMs = 60 * 60_000;
/** Bounds what is in memory when the shop was away for long. */
const pageMs = 60 * 60_000;
const atOnce = 8;

/**
 * Reads what has happened at Stripe without a webhook: one request finds every payment, expiry and refund, also those
 * made by hand in the dashboard, however many checkouts are open. Stripe keeps its events for 30 days.
 * https://docs.stripe.com/webhooks/process-undelivered-events
 * @throws when Stripe or the database does not answer; then it is read from the same place next time
 */
export async function readEventLog(context: Context): Promise<void> {
  const now = new Date();
  const readUpTo = await context.eventLog.claim(now, context.config.EVENT_LOG_MS);
  if (!readUpTo) return;
  let from = readUpTo.getTime() - overlapMs;
  let failedSince = now.getTime();
  for (; from <= now.getTime(); from += pageMs) {
    for (const failed of await handleAll(context, await eventsBetween(context, from, from + pageMs))) {
      failedSince = Math.min(failedSince, failed.created * 1_000);
    }
  }
  await context.eventLog.setReadUpTo(new Date(Math.max(failedSince, now.getTime() - retryForMs)));
}

/** Oldest first, without those that were handled by this process. */
async function eventsBetween(
  { stripe, handled }: Context,
  from: number,
  to: number,
): Promise<Stripe.Event[]> {
  const created = { gte: Math.floor(from / 1_000), lt: Math.floor(to / 1_000) };
  const list = stripe.events.list({ types: [...webhookEvents], created, limit: 100 }, quickly);
  const found: Stripe.Event[] = [];
  for await (const event of list) if (!handled.has(event.id)) found.push(event);
  return found.reverse();
}

/** @returns the events that could not be handled now */
async function handleAll(context: Context, events: readonly Stripe.Event[]): Promise<Stripe.Event[]> {
  const failed: Stripe.Event[] = [];
  for (let next = 0; next < events.length; next += atOnce) {
    await Promise.all(
      events.slice(next, next + atOnce).map(async (event) => {
        if (!(await handle(context, event))) failed.push(event);
      }),
    );
  }
  return failed;
}

function handle(context: Context, event: Stripe.Event): Promise<boolean> {
  return runInTrace({ traceId: newTraceId() }, () =>
    inPurchaseTrace(metadataOf(event), async () => {
      try {
        await handleStripeEvent(context, event, 'event-log');
        context.handled.set(event.id, true);
        return true;
      } catch (error) {
        context.logger.warn(
          { err: error, type: event.type, eventId: event.id },
          'an event waits to be handled',
        );
        return false;
      }
    }),
  );
}

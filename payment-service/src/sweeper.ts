import { newTraceId, runInTrace } from '@micromall/platform';
import { fulfil } from './checkouts/fulfil.js';
import type { Context } from './context.js';
import type { RefundRecord } from './domain/refund.js';
import { makeRefund } from './refunds/request.js';
import { lookAtRefund } from './refunds/settle.js';

/** How long an order may take to hear of its payment before the payment counts as one without an order. */
const orderKnowsWithinMs = 60_000;
/** Bounds one sweep; the rest is taken up by the next. */
const sweepBatch = 100;

/**
 * Asks Stripe about what nobody told: webhooks get lost, and a shop on a laptop has none. What fails is looked at
 * again at its next time.
 */
export async function sweep(context: Context): Promise<void> {
  for (let looked = 0; looked < sweepBatch; looked += 1) {
    const checkout = await context.checkouts.claimDue(new Date());
    if (!checkout) break;
    await attempt(context, { orderId: checkout._id }, () => fulfil(context, checkout, 'sweeper'));
  }
  for (let looked = 0; looked < sweepBatch; looked += 1) {
    const refund = await context.refunds.claimDue(new Date());
    if (!refund) break;
    await attempt(context, { orderId: refund.orderId }, () => lookAfter(context, refund));
  }
  const toldBefore = new Date(Date.now() - orderKnowsWithinMs);
  context.events.withoutOrder(await context.checkouts.countWithoutOrder(toldBefore));
}

function lookAfter(context: Context, refund: RefundRecord): Promise<void> {
  return refund.refundId === undefined ? makeRefund(context, refund) : lookAtRefund(context, refund);
}

async function attempt(context: Context, facts: object, work: () => Promise<unknown>): Promise<void> {
  await runInTrace({ traceId: newTraceId() }, async () => {
    try {
      await work();
    } catch (error) {
      context.logger.warn({ ...facts, err: error }, 'Stripe could not be asked, it will be asked again');
    }
  });
}

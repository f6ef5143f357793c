import { newTraceId, runInTrace } from '@micromall/platform';
import type { Context } from '../context.js';
import type { RefundRecord } from '../domain/refund.js';
import { fulfil } from '../use-cases/fulfil-checkout.js';
import { makeRefund } from '../use-cases/request-refund.js';
import { checkRefund } from '../use-cases/settle-refund.js';

/** Bounds one sweep; the rest is taken up by the next. */
const sweepBatch = 100;

/**
 * Checks at Stripe what is still open: webhooks get lost, and a shop on a laptop has none. What fails is checked again
 * at its next time.
 */
export async function sweep(context: Context): Promise<void> {
  for (let checked = 0; checked < sweepBatch; checked += 1) {
    const checkout = await context.checkouts.claimDue(new Date());
    if (!checkout) break;
    await attempt(context, { orderId: checkout._id }, () => fulfil(context, checkout, 'sweeper'));
  }
  for (let checked = 0; checked < sweepBatch; checked += 1) {
    const refund = await context.refunds.claimDue(new Date());
    if (!refund) break;
    await attempt(context, { orderId: refund.orderId }, () => makeOrCheck(context, refund));
  }
}

function makeOrCheck(context: Context, refund: RefundRecord): Promise<void> {
  return refund.refundId === undefined ? makeRefund(context, refund) : checkRefund(context, refund);
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

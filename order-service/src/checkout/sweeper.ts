import type { OrderState } from '@micromall/contracts';
import { currentTraceparent, newTraceId, runInTrace } from '@micromall/platform';
import type { Context } from '../context.js';
import { lookEveryMs } from '../domain/looks.js';
import { refundPatienceMs, refundRequest } from '../domain/moves.js';
import type { OrderRecord } from '../domain/order.js';
import { applyStatus } from './apply-status.js';
import { askStatus, endCheckout } from './ask-payment.js';

/** An order without a payment page after this time was left by a checkout that died; nobody comes back for it. */
const abandonedAfterMs = 10 * 60_000;
/** Bounds one sweep; the rest is taken up by the next. */
const sweepBatch = 500;
/** Stripe takes its time to answer, and a minute is short for many orders one after the other. */
const atOnce = 8;

/** Looks after orders that wait for somebody who may never come: a shopper, a webhook, a process that died. */
export async function sweep(context: Context): Promise<void> {
  await eachOverdue(context, 'awaiting-payment', lookEveryMs, lookAfterPayment);
  await eachOverdue(context, 'refunding', refundPatienceMs, askForRefundAgain);
}

async function eachOverdue(
  context: Context,
  state: OrderState,
  untilNextMs: number,
  lookAfter: (context: Context, order: OrderRecord) => Promise<void>,
): Promise<void> {
  let left = sweepBatch;
  async function takeTurns(): Promise<void> {
    for (; left > 0; left -= 1) {
      const order = await context.orders.claimOverdue(state, new Date(), untilNextMs);
      if (!order) return;
      await inOwnTrace(() => lookAfter(context, order));
    }
  }
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
}

async function lookAfterPayment(context: Context, order: OrderRecord): Promise<void> {
  const now = Date.now();
  if (!order.checkout) {
    if (now - order.createdAt.getTime() < abandonedAfterMs) return;
    await context.orders.noteClosing(order._id, 'checkout-abandoned');
    const ended = await endCheckout(context, order._id);
    if (ended !== 'no-answer') await applyStatus(context, order, ended, 'checkout-abandoned');
    return;
  }
  const overdue = order.expiresAt.getTime() < now;
  const answer = overdue ? await endCheckout(context, order._id) : await askStatus(context, order._id);
  if (answer === 'no-answer') return;
  if (answer === 'unknown-checkout') {
    context.logger.error({ orderId: order._id }, 'payment-service does not know the checkout of this order');
    return;
  }
  await applyStatus(context, order, answer, 'payment-expired');
}

async function askForRefundAgain(context: Context, order: OrderRecord): Promise<void> {
  const reason = order.refundReason ?? 'requested_by_customer';
  const request = refundRequest(order, order.refundAttempts, reason, new Date());
  const message = { ...request, traceparent: currentTraceparent() };
  const repeated = await context.orders.repeat(order, message);
  if (!repeated) return;
  context.events.refundAskedAgain(repeated);
  context.outbox.nudge(repeated);
}

function inOwnTrace(work: () => Promise<void>): Promise<void> {
  return runInTrace({ traceId: newTraceId() }, work);
}

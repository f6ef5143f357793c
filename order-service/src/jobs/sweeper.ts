import type { OrderState } from '@micromall/contracts';
import { currentTraceparent, newTraceId, runInTrace } from '@micromall/platform';
import { askStatus, endCheckout } from '../clients/payment.js';
import type { Context } from '../context.js';
import { refundRequest } from '../domain/change.js';
import { checkPaymentEveryMs, refundTimeoutMs } from '../domain/checks.js';
import type { OrderRecord } from '../domain/order.js';
import { reconcile } from '../use-cases/apply-payment.js';

/** An order without a payment page after this time was left by a checkout that died; nobody comes back for it. */
const abandonedAfterMs = 10 * 60_000;
/** Bounds one sweep; the rest is taken up by the next. */
const sweepBatch = 500;
/** Stripe takes its time to answer, and a minute is short for many orders one after the other. */
const atOnce = 8;

/** Checks orders that wait for somebody who may never come: a shopper, a webhook, a process that died. */
export async function sweep(context: Context): Promise<void> {
  await eachDue(context, 'awaiting-payment', checkPaymentEveryMs, checkPaymentOf);
  await eachDue(context, 'refunding', refundTimeoutMs, repeatRefundRequest);
}

async function eachDue(
  context: Context,
  state: OrderState,
  untilNextMs: number,
  check: (context: Context, order: OrderRecord) => Promise<void>,
): Promise<void> {
  let left = sweepBatch;
  async function work(): Promise<void> {
    for (; left > 0; left -= 1) {
      const order = await context.orders.claimDue(state, new Date(), untilNextMs);
      if (!order) return;
      await runInTrace({ traceId: newTraceId() }, () => check(context, order));
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function checkPaymentOf(context: Context, order: OrderRecord): Promise<void> {
  const now = Date.now();
  if (!order.checkout) {
    if (now - order.createdAt.getTime() < abandonedAfterMs) return;
    await context.orders.noteClosing(order._id, 'checkout-abandoned');
    const ended = await endCheckout(context, order._id);
    if (ended !== 'no-answer') await reconcile(context, order, ended, 'checkout-abandoned');
    return;
  }
  const overdue = order.expiresAt.getTime() < now;
  const answer = overdue ? await endCheckout(context, order._id) : await askStatus(context, order._id);
  if (answer === 'no-answer') return;
  if (answer === 'unknown-checkout') {
    context.logger.error({ orderId: order._id }, 'payment-service does not know the checkout of this order');
    return;
  }
  await reconcile(context, order, answer, 'payment-expired');
}

async function repeatRefundRequest(context: Context, order: OrderRecord): Promise<void> {
  const reason = order.refundReason ?? 'requested_by_customer';
  const now = new Date();
  const request = refundRequest(order, order.refundAttempts, reason, now);
  const repeated = await context.orders.repeat(order, { ...request, traceparent: currentTraceparent() }, now);
  if (!repeated) return;
  context.events.refundRequestRepeated(repeated);
  context.outbox.nudge(repeated);
}

import { currentTraceparent, newTraceId, runInTrace } from '@micromall/platform';
import type { Context } from '../context.js';
import { refundPatienceMs, refundRequest } from '../domain/moves.js';
import type { OrderRecord } from '../domain/order.js';
import { applyStatus } from './apply-status.js';
import { askStatus, endCheckout } from './ask-payment.js';

/** How long an order that waits for its payment is left alone after each look. */
const lookAgainMs = 2 * 60_000;
/** An order without a payment page after this time was left by a checkout that died; nobody comes back for it. */
const abandonedAfterMs = 10 * 60_000;
/** Bounds one sweep; the rest is taken up by the next. */
const sweepBatch = 100;

/** Looks after orders that wait for somebody who may never come: a shopper, a webhook, a process that died. */
export async function sweep(context: Context): Promise<void> {
  for (let looked = 0; looked < sweepBatch; looked += 1) {
    const order = await context.orders.claimOverdue('awaiting-payment', new Date(), lookAgainMs);
    if (!order) break;
    await inOwnTrace(() => lookAfterPayment(context, order));
  }
  for (let looked = 0; looked < sweepBatch; looked += 1) {
    const order = await context.orders.claimOverdue('refunding', new Date(), refundPatienceMs);
    if (!order) break;
    await inOwnTrace(() => askForRefundAgain(context, order));
  }
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

import { paymentRefunded, paymentRefundFailed } from '@micromall/contracts';
import type Stripe from 'stripe';
import { quickly } from '../clients/stripe/client.js';
import type { Context } from '../context.js';
import { checksAfterSuccess, type RefundRecord, statusOfRefund } from '../domain/refund.js';
import { failpoint } from '../failpoints.js';

/** Asks Stripe how a refund stands: what an event says of it may be older than what is known. */
export async function checkRefund(context: Context, refund: RefundRecord): Promise<void> {
  if (refund.refundId === undefined) return;
  await settleRefund(context, refund, await context.stripe.refunds.retrieve(refund.refundId, {}, quickly));
}

/** Writes how a refund stands, and emits its outcome if that has changed. */
export async function settleRefund(
  context: Context,
  refund: RefundRecord,
  made: Stripe.Refund,
): Promise<void> {
  const status = statusOfRefund(made);
  const noted = await context.refunds.note(refund, {
    status,
    refundId: made.id,
    failure: made.failure_reason ?? (status === 'failed' ? 'unknown' : null),
    amount: made.amount,
    currency: made.currency.toUpperCase(),
  });
  if (status === 'pending') return;
  if (noted.reported === status) return finishCheck(context, noted);
  failpoint('refund-stored');
  await emitOutcome(context, noted);
}

/** A refund that has been done for long enough is checked no more. */
async function finishCheck({ refunds }: Context, refund: RefundRecord): Promise<void> {
  if (!refund.settled && refund.checks >= checksAfterSuccess)
    await refunds.markReported(refund, refund.status, true);
}

/** Emits the event of a refund's outcome, and then writes that it was emitted: in this order, so it can't be lost. */
export async function emitOutcome(context: Context, refund: RefundRecord): Promise<void> {
  const { orderId, attempt, status } = refund;
  // A refund that Stripe refused has no id; its key names it as well.
  const refundId = refund.refundId ?? refund._id;
  const occurredAt = new Date().toISOString();
  if (status === 'succeeded') {
    const { amount, currency } = refund;
    if (amount === null || currency === null) throw new Error(`refund ${refundId} has no amount`);
    await context.publisher.emit(
      paymentRefunded,
      { orderId, refundId, attempt, amount, currency, occurredAt },
      { messageId: `${paymentRefunded.name}:${refundId}:${attempt}` },
    );
  } else {
    await context.publisher.emit(
      paymentRefundFailed,
      { orderId, refundId, attempt, reason: refund.failure ?? 'unknown', occurredAt },
      { messageId: `${paymentRefundFailed.name}:${refundId}:${attempt}` },
    );
  }
  failpoint('refund-emitted');
  await context.refunds.markReported(
    refund,
    status,
    status === 'failed' || refund.checks >= checksAfterSuccess,
  );
  if (refund.reported === status) return;
  if (status === 'succeeded') context.events.refunded(refund);
  else context.events.refundFailed(refund);
}

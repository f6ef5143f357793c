import { paymentRefunded, paymentRefundFailed } from '@micromall/contracts';
import type Stripe from 'stripe';
import type { Context } from '../context.js';
import { looksAfterSuccess, type RefundRecord, statusOfRefund } from '../domain/refund.js';
import { failpoint } from '../failpoints.js';
import { quickly } from '../stripe/client.js';

/** Asks Stripe how a refund stands: what an event says of it may be older than what is known. */
export async function lookAtRefund(context: Context, refund: RefundRecord): Promise<void> {
  if (refund.refundId === undefined) return;
  await settleRefund(context, refund, await context.stripe.refunds.retrieve(refund.refundId, {}, quickly));
}

/** Writes down how a refund stands, and tells the shop if that is news. */
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
  if (noted.told === status) return rememberLook(context, noted);
  failpoint('refund-kept');
  await tellOutcome(context, noted);
}

/** A refund that was believed long enough is looked at no more. */
async function rememberLook({ refunds }: Context, refund: RefundRecord): Promise<void> {
  if (!refund.settled && refund.looks >= looksAfterSuccess)
    await refunds.markTold(refund, refund.status, true);
}

/** Tells the shop how a refund ended, and then writes down that it was told: in this order, so it can't be lost. */
export async function tellOutcome(context: Context, refund: RefundRecord): Promise<void> {
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
  failpoint('refund-told');
  await context.refunds.markTold(refund, status, status === 'failed' || refund.looks >= looksAfterSuccess);
  if (refund.told === status) return;
  if (status === 'succeeded') context.events.refunded(refund);
  else context.events.refundFailed(refund);
}

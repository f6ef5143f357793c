import type { RefundReason } from '@micromall/contracts';
import type Stripe from 'stripe';
import { isRefusal } from '../clients/stripe/errors.js';
import type { Context } from '../context.js';
import { attemptOf, type RefundRecord, refundKey, statusOfRefund } from '../domain/refund.js';
import { failpoint } from '../failpoints.js';
import { fulfil } from './fulfil-checkout.js';
import { checkRefund, emitOutcome, settleRefund } from './settle-refund.js';

/**
 * Gives the payment of an order back. The same attempt is one refund at Stripe, however often it is asked for; asked
 * for again after its end, it emits its outcome again.
 * @throws when Stripe or the broker does not answer; ask again later
 */
export async function requestRefund(
  context: Context,
  orderId: string,
  attempt: number,
  reason: RefundReason,
): Promise<void> {
  const refund = await context.refunds.begin(orderId, attempt, reason);
  if (refund.status === 'succeeded' || refund.status === 'failed') return emitOutcome(context, refund);
  if (refund.refundId !== undefined) return checkRefund(context, refund);
  return makeRefund(context, refund);
}

/** Asks Stripe for a refund that it may or may not have been asked for before. */
export async function makeRefund(context: Context, refund: RefundRecord): Promise<void> {
  const { orderId, attempt, reason } = refund;
  const paymentIntent = await paymentIntentOf(context, orderId);
  failpoint('refund-begun');
  try {
    const made = await context.stripe.refunds.create(
      { payment_intent: paymentIntent, reason, metadata: { orderId, attempt: String(attempt) } },
      { idempotencyKey: `refund:${refundKey(orderId, attempt)}` },
    );
    failpoint('refund-made');
    await settleRefund(context, refund, made);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const earlier =
      error.code === 'charge_already_refunded'
        ? await earlierRefund(context, refund, paymentIntent)
        : undefined;
    if (earlier) return settleRefund(context, refund, earlier);
    // Asking again would not help; a person must look at it.
    const failure = error.code ?? error.message;
    await emitOutcome(context, await context.refunds.note(refund, { status: 'failed', failure }));
  }
}

/** The refund that gave the money back before this one: of a try that died, or made by hand. */
async function earlierRefund(
  { stripe }: Context,
  { orderId, attempt }: RefundRecord,
  paymentIntent: string,
): Promise<Stripe.Refund | undefined> {
  const { data } = await stripe.refunds.list({ payment_intent: paymentIntent, limit: 100 });
  const own = data.find((refund) => {
    const made = attemptOf(refund);
    return made?.orderId === orderId && made.attempt === attempt;
  });
  return own ?? data.find((refund) => statusOfRefund(refund) !== 'failed');
}

async function paymentIntentOf(context: Context, orderId: string): Promise<string> {
  const checkout = await context.checkouts.find(orderId);
  if (!checkout) throw new Error(`order ${orderId} should be refunded, but has no checkout`);
  if (checkout.paymentIntentId) return checkout.paymentIntentId;
  // The order knows from somewhere else that it is paid.
  await fulfil(context, checkout, 'call');
  const paid = await context.checkouts.find(orderId);
  if (!paid?.paymentIntentId) throw new Error(`order ${orderId} should be refunded, but is not paid`);
  return paid.paymentIntentId;
}

import type Stripe from 'stripe';
import { quickly } from '../clients/stripe/client.js';
import type { Context } from '../context.js';
import { idOf } from '../domain/checkout.js';
import { attemptOf, statusOfRefund } from '../domain/refund.js';
import type { Source } from '../events.js';
import { fulfil } from './fulfil-checkout.js';
import { checkRefund, settleRefund } from './settle-refund.js';

/**
 * Brings a refund in line with Stripe: one of ours, or one made by hand that was adopted before.
 * @param reported the refund as an event of Stripe has it, perhaps older than what is known
 */
export async function reconcileRefund(context: Context, reported: Stripe.Refund): Promise<void> {
  const known = await context.refunds.findByRefundId(reported.id);
  if (known) return checkRefund(context, known);
  const own = attemptOf(reported);
  if (!own) return;
  // Made by a process that died before it could write down Stripe's answer.
  const refund = await context.refunds.begin(own.orderId, own.attempt, 'requested_by_customer');
  await settleRefund(context, refund, await context.stripe.refunds.retrieve(reported.id, {}, quickly));
}

/**
 * Follows what was given back of a charge. What was given back wholly by hand, in Stripe's dashboard, becomes the
 * order's next refund attempt; a part of it changes nothing here.
 * @param reported the charge as an event of Stripe has it
 */
export async function reconcileCharge(
  context: Context,
  reported: Stripe.Charge,
  source: Source,
): Promise<void> {
  const { stripe, checkouts, refunds, events } = context;
  const paymentIntent = idOf(reported.payment_intent);
  const { orderId } = reported.metadata;
  const checkout = orderId === undefined ? undefined : await checkouts.find(orderId);
  if (!checkout || paymentIntent === undefined) return;
  const { data } = await stripe.refunds.list({ payment_intent: paymentIntent, limit: 100 }, quickly);
  const byHand = data.filter((refund) => !attemptOf(refund) && statusOfRefund(refund) !== 'failed');
  const own = data.find((refund) => attemptOf(refund));
  if (own) await reconcileRefund(context, own);

  const [last] = byHand;
  if (!last) return;
  const charge = await stripe.charges.retrieve(reported.id, {}, quickly);
  if (!charge.refunded) return events.partlyRefundedByHand(checkout._id, charge.amount_refunded);
  // The event of the payment must come before the event of its end.
  await fulfil(context, checkout, source);
  const isNews = (await refunds.findByRefundId(last.id)) === undefined;
  const refund = await refunds.adopt(checkout._id, last.id);
  if (isNews) events.refundedByHand(checkout._id, last.id);
  await settleRefund(context, refund, { ...last, amount: charge.amount_refunded });
}

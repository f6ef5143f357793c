import type Stripe from 'stripe';
import { fulfil } from '../checkouts/fulfil.js';
import type { Context } from '../context.js';
import { idOf } from '../domain/checkout.js';
import { attemptOf, statusOfRefund } from '../domain/refund.js';
import type { Noticed } from '../events.js';
import { quickly } from '../stripe/client.js';
import { lookAtRefund, settleRefund } from './settle.js';

/** Stripe speaks of a refund: one of ours, or one made by hand that was adopted before. */
export async function refundChanged(context: Context, told: Stripe.Refund): Promise<void> {
  const known = await context.refunds.findByRefundId(told.id);
  if (known) return lookAtRefund(context, known);
  const own = attemptOf(told);
  if (!own) return;
  // Made by a process that died before it could write down Stripe's answer.
  const refund = await context.refunds.begin(own.orderId, own.attempt, 'requested_by_customer');
  await settleRefund(context, refund, await context.stripe.refunds.retrieve(told.id, {}, quickly));
}

/**
 * Stripe says that something of a charge was given back. What was given back wholly by hand, in Stripe's dashboard,
 * becomes the order's next refund attempt; a part of it changes nothing here.
 */
export async function chargeRefunded(context: Context, told: Stripe.Charge, noticed: Noticed): Promise<void> {
  const { stripe, checkouts, refunds, events } = context;
  const paymentIntent = idOf(told.payment_intent);
  const { orderId } = told.metadata;
  const checkout = orderId === undefined ? undefined : await checkouts.find(orderId);
  if (!checkout || paymentIntent === undefined) return;
  const { data } = await stripe.refunds.list({ payment_intent: paymentIntent, limit: 100 }, quickly);
  const byHand = data.filter((refund) => !attemptOf(refund) && statusOfRefund(refund) !== 'failed');
  const own = data.find((refund) => attemptOf(refund));
  if (own) await refundChanged(context, own);

  const [last] = byHand;
  if (!last) return;
  const charge = await stripe.charges.retrieve(told.id, {}, quickly);
  if (!charge.refunded) return events.partlyRefundedByHand(checkout._id, charge.amount_refunded);
  // The shop must hear of the payment before it hears of its end.
  await fulfil(context, checkout, noticed);
  const isNews = (await refunds.findByRefundId(last.id)) === undefined;
  const refund = await refunds.adopt(checkout._id, last.id);
  if (isNews) events.refundedByHand(checkout._id, last.id);
  await settleRefund(context, refund, { ...last, amount: charge.amount_refunded });
}

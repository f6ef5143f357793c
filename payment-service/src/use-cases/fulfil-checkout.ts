import { type CheckoutStatus, paymentExpired, paymentSucceeded } from '@micromall/contracts';
import type Stripe from 'stripe';
import { quickly } from '../clients/stripe/client.js';
import { isMissing } from '../clients/stripe/errors.js';
import type { Context } from '../context.js';
import { type CheckoutRecord, paymentOf, statusOf } from '../domain/checkout.js';
import type { Source } from '../events.js';
import { failpoint } from '../failpoints.js';
import { inPurchaseTrace } from './in-purchase-trace.js';

/**
 * Finds out at Stripe how the checkout of an order stands, and emits the event of its end. Safe to call any number of
 * times, at once and late: the events of one payment have one message id.
 * https://docs.stripe.com/checkout/fulfillment
 * @throws when Stripe does not answer or the broker does not take the event; call it again later
 */
export async function fulfil(
  context: Context,
  checkout: CheckoutRecord,
  source: Source,
): Promise<CheckoutStatus> {
  if (checkout.status === 'opening') return 'open';
  if (checkout.settled || checkout.sessionId === null) return checkout.status;
  const { _id: orderId, sessionId } = checkout;
  return context.shareCheck(sessionId, async () => {
    const session = await retrieveSession(context, sessionId);
    if (session) return settle(context, orderId, session, source);
    // Stripe has forgotten the session (a stand-in that began anew, another account): nobody can ever pay it.
    await emitExpired(context, orderId, sessionId, source);
    return 'expired';
  });
}

/** Like {@link fulfil}, for a session that an event of Stripe names, whether or not this service has opened it. */
export async function fulfilSession(
  context: Context,
  orderId: string,
  sessionId: string,
  source: Source,
): Promise<void> {
  const checkout = await context.checkouts.find(orderId);
  if (checkout?.status === 'paid' && checkout.settled) return;
  if (checkout?.sessionId === sessionId && !checkout.settled) {
    await fulfil(context, checkout, source);
    return;
  }
  const session = await retrieveSession(context, sessionId);
  if (!session) return;
  const isOwn = !checkout || checkout.sessionId === null || checkout.sessionId === sessionId;
  // Only money counts in a session that is not the order's own, or of which nothing is known.
  if ((!isOwn || !checkout) && statusOf(session) !== 'paid') return;
  if (!checkout) await context.checkouts.begin(orderId, new Date(session.expires_at * 1_000), null);
  if (!checkout || checkout.status === 'opening') {
    await context.checkouts.opened(orderId, sessionId, session.url);
  }
  await settle(context, orderId, session, source);
}

/** Emits the event of a session's end, and then writes that it was emitted: in this order, so it can't be lost. */
export function settle(
  context: Context,
  orderId: string,
  session: Stripe.Checkout.Session,
  source: Source,
): Promise<CheckoutStatus> {
  return inPurchaseTrace(session.metadata, () => emitOutcome(context, orderId, session, source));
}

async function emitOutcome(
  context: Context,
  orderId: string,
  session: Stripe.Checkout.Session,
  source: Source,
): Promise<CheckoutStatus> {
  const status = statusOf(session);
  if (status === 'paid') {
    const payment = paymentOf(session);
    await context.publisher.emit(
      paymentSucceeded,
      { orderId, ...payment, occurredAt: new Date().toISOString() },
      { messageId: `${paymentSucceeded.name}:${session.id}` },
    );
    failpoint('payment-emitted');
    await context.checkouts.settlePaid(orderId, payment);
    failpoint('payment-stored');
    context.events.paid(orderId, payment, source);
  } else if (status === 'expired') {
    await emitExpired(context, orderId, session.id, source);
  } else {
    await context.checkouts.note(orderId, status);
  }
  return status;
}

async function emitExpired(
  context: Context,
  orderId: string,
  sessionId: string,
  source: Source,
): Promise<void> {
  await context.publisher.emit(
    paymentExpired,
    { orderId, sessionId, occurredAt: new Date().toISOString() },
    { messageId: `${paymentExpired.name}:${sessionId}` },
  );
  failpoint('expiry-emitted');
  await context.checkouts.settleExpired(orderId);
  context.events.expired(orderId, sessionId, source);
}

async function retrieveSession(
  { stripe }: Context,
  sessionId: string,
): Promise<Stripe.Checkout.Session | undefined> {
  try {
    return await stripe.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] }, quickly);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

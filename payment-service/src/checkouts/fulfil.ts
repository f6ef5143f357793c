import { type CheckoutStatus, paymentExpired, paymentSucceeded } from '@micromall/contracts';
import type Stripe from 'stripe';
import type { Context } from '../context.js';
import { type CheckoutRecord, paymentOf, statusOf } from '../domain/checkout.js';
import { inPurchaseTrace } from '../domain/purchase-trace.js';
import type { Noticed } from '../events.js';
import { failpoint } from '../failpoints.js';
import { quickly } from '../stripe/client.js';
import { isMissing } from '../stripe/errors.js';

/**
 * Finds out at Stripe how the checkout of an order stands, and tells the shop how it ended. Safe to call any number
 * of times, at once and late: the shop hears of one payment under one message id.
 * https://docs.stripe.com/checkout/fulfillment
 * @throws when Stripe does not answer or the broker does not take the event; call it again later
 */
export async function fulfil(
  context: Context,
  checkout: CheckoutRecord,
  noticed: Noticed,
): Promise<CheckoutStatus> {
  if (checkout.status === 'opening') return 'open';
  if (checkout.settled || checkout.sessionId === null) return checkout.status;
  const { _id: orderId, sessionId } = checkout;
  return context.shareLook(sessionId, async () => {
    const session = await retrieveSession(context, sessionId);
    if (session) return settle(context, orderId, session, noticed);
    // Stripe has forgotten the session (a stand-in that began anew, another account): nobody can ever pay it.
    await tellExpired(context, orderId, sessionId, noticed);
    return 'expired';
  });
}

/** Like {@link fulfil}, for a session of which Stripe speaks, whether or not this service has opened it. */
export async function fulfilSession(
  context: Context,
  orderId: string,
  sessionId: string,
  noticed: Noticed,
): Promise<void> {
  const checkout = await context.checkouts.find(orderId);
  if (checkout?.status === 'paid' && checkout.settled) return;
  if (checkout?.sessionId === sessionId && !checkout.settled) {
    await fulfil(context, checkout, noticed);
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
  await settle(context, orderId, session, noticed);
}

/** Tells the shop how a session ended, and then writes down that it was told: in this order, so it can't be lost. */
export function settle(
  context: Context,
  orderId: string,
  session: Stripe.Checkout.Session,
  noticed: Noticed,
): Promise<CheckoutStatus> {
  return inPurchaseTrace(session.metadata, () => tellOutcome(context, orderId, session, noticed));
}

async function tellOutcome(
  context: Context,
  orderId: string,
  session: Stripe.Checkout.Session,
  noticed: Noticed,
): Promise<CheckoutStatus> {
  const status = statusOf(session);
  if (status === 'paid') {
    const payment = paymentOf(session);
    await context.publisher.emit(
      paymentSucceeded,
      { orderId, ...payment, occurredAt: new Date().toISOString() },
      { messageId: `${paymentSucceeded.name}:${session.id}` },
    );
    failpoint('payment-told');
    await context.checkouts.settlePaid(orderId, payment);
    failpoint('payment-kept');
    context.events.paid(orderId, payment, noticed);
  } else if (status === 'expired') {
    await tellExpired(context, orderId, session.id, noticed);
  } else {
    await context.checkouts.note(orderId, status);
  }
  return status;
}

async function tellExpired(
  context: Context,
  orderId: string,
  sessionId: string,
  noticed: Noticed,
): Promise<void> {
  await context.publisher.emit(
    paymentExpired,
    { orderId, sessionId, occurredAt: new Date().toISOString() },
    { messageId: `${paymentExpired.name}:${sessionId}` },
  );
  failpoint('expiry-told');
  await context.checkouts.settleExpired(orderId);
  context.events.expired(orderId, sessionId, noticed);
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

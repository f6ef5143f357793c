import { currentTrace } from '@micromall/platform';
import type Stripe from 'stripe';
import { isMissing, isRefusal, isStripeError } from '../clients/stripe/errors.js';
import type { Context } from '../context.js';
import type { CheckoutRecord, SessionParameters } from '../domain/checkout.js';
import { type CheckoutRequest, sessionParameters } from '../domain/session-parameters.js';
import { failpoint } from '../failpoints.js';
import { customerOf, replaceCustomer } from './customer.js';

/** What the shopper needs in order to pay. */
export interface OpenSession {
  readonly sessionId: string;
  readonly url: string;
}

/**
 * The payment page of an order: opened once, and the same one however often it is asked for.
 * @returns undefined if Stripe does not answer or refuses, or the page is closed for ever
 */
export async function openCheckout(
  context: Context,
  request: CheckoutRequest,
): Promise<OpenSession | undefined> {
  const { orderId } = request;
  try {
    const customer = await customerOf(context, request);
    const checkout = await context.checkouts.begin(
      orderId,
      new Date(request.expiresAt),
      parametersOf(context, request, customer),
    );
    if (checkout.status !== 'opening') return openSessionOf(checkout);
    failpoint('checkout-begun');
    const session = await createSession(context, request, checkout);
    failpoint('session-created');
    const opened = await context.checkouts.opened(orderId, session.id, session.url);
    failpoint('session-stored');
    if (!opened) {
      // Ended while it was being opened: nobody gets to see this page.
      await closePage(context, session.id);
      return undefined;
    }
    context.events.checkoutOpened(orderId, session.id);
    return openSessionOf(opened);
  } catch (error) {
    if (!isStripeError(error)) throw error;
    context.events.stripeUnavailable(orderId, error);
    // Stripe refuses a request that is just being made by another process, which may be done by now.
    const current = await context.checkouts.find(orderId);
    return current && openSessionOf(current);
  }
}

function parametersOf({ config }: Context, request: CheckoutRequest, customer: string): SessionParameters {
  return sessionParameters(request, customer, config, currentTrace()?.traceId);
}

/** Whoever ended the checkout may have closed its page already. */
async function closePage({ stripe }: Context, sessionId: string): Promise<void> {
  try {
    await stripe.checkout.sessions.expire(sessionId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function openSessionOf({ status, sessionId, url, expiresAt }: CheckoutRecord): OpenSession | undefined {
  const isOpen = status === 'open' && expiresAt > new Date();
  return isOpen && sessionId !== null && url !== null ? { sessionId, url } : undefined;
}

async function createSession(
  context: Context,
  request: CheckoutRequest,
  checkout: CheckoutRecord,
): Promise<Stripe.Checkout.Session> {
  try {
    return await repeatableCreate(context, checkout);
  } catch (error) {
    const customer = checkout.parameters?.customer;
    if (!customer || !isMissing(error, 'customer')) throw error;
    const replaced = await replaceCustomer(context, request, customer);
    const parameters = parametersOf(context, request, replaced);
    return repeatableCreate(context, await context.checkouts.decideAgain(checkout, parameters));
  }
}

/**
 * Asks Stripe for the session of a checkout with the parameters and the key that were decided, so that Stripe makes
 * one session, and answers each repetition with it.
 * https://docs.stripe.com/api/idempotent_requests
 */
export function repeatableCreate(
  { stripe }: Context,
  { _id, attempt, parameters }: CheckoutRecord,
): Promise<Stripe.Checkout.Session> {
  if (!parameters) throw new Error(`the checkout of order ${_id} was not opened here`);
  const idempotencyKey = attempt === 1 ? `checkout:${_id}` : `checkout:${_id}:${attempt}`;
  return stripe.checkout.sessions.create(parameters, { idempotencyKey });
}

import type Stripe from 'stripe';
import type { Context } from '../context.js';
import type { CheckoutRecord } from '../domain/checkout.js';
import { type CheckoutRequest, sessionParameters } from '../domain/session-parameters.js';
import { isMissing, isStripeError } from '../stripe/errors.js';
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
  const checkout = await context.checkouts.begin(orderId, new Date(request.expiresAt));
  if (checkout.status !== 'opening') return openSessionOf(checkout);
  try {
    const session = await createSession(context, request, checkout);
    const opened = await context.checkouts.opened(orderId, session.id, session.url);
    if (!opened) {
      // Ended while it was being opened: nobody gets to see this page.
      await context.stripe.checkout.sessions.expire(session.id);
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

function openSessionOf({ status, sessionId, url, expiresAt }: CheckoutRecord): OpenSession | undefined {
  const isOpen = status === 'open' && expiresAt !== null && expiresAt > new Date();
  return isOpen && sessionId !== null && url !== null ? { sessionId, url } : undefined;
}

async function createSession(
  context: Context,
  request: CheckoutRequest,
  checkout: CheckoutRecord,
): Promise<Stripe.Checkout.Session> {
  const decided = checkout.parameters ? checkout : await decide(context, request, checkout);
  try {
    return await repeatableCreate(context, decided);
  } catch (error) {
    const customer = decided.parameters?.customer;
    if (!customer || !isMissing(error, 'customer')) throw error;
    const replaced = await replaceCustomer(context, request, customer);
    const parameters = sessionParameters(request, replaced, context.config);
    return repeatableCreate(context, await context.checkouts.decideAgain(decided, parameters));
  }
}

async function decide(
  context: Context,
  request: CheckoutRequest,
  checkout: CheckoutRecord,
): Promise<CheckoutRecord> {
  const customer = await customerOf(context, request);
  return context.checkouts.decide(checkout, sessionParameters(request, customer, context.config));
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
  if (!parameters) throw new Error(`nothing was decided yet about the checkout of order ${_id}`);
  const idempotencyKey = attempt === 1 ? `checkout:${_id}` : `checkout:${_id}:${attempt}`;
  return stripe.checkout.sessions.create(parameters, { idempotencyKey });
}

import type { CheckoutStatus } from '@micromall/contracts';
import type Stripe from 'stripe';

/** What Stripe is asked for when a checkout is opened. */
export type SessionParameters = Stripe.Checkout.SessionCreateParams;

/** The checkout of an order. */
export interface CheckoutRecord {
  /** The order's id. */
  readonly _id: string;
  /** `opening`: Stripe may or may not have made its session yet. */
  readonly status: 'opening' | CheckoutStatus;
  /**
   * What Stripe is asked for, stored before it is asked: a repeated request must be the very same. Null for a session
   * that came in an event of Stripe and that this service did not open.
   */
  readonly parameters: SessionParameters | null;
  /** Grows when the parameters had to change, since a key at Stripe belongs to its parameters. */
  readonly attempt: number;
  readonly sessionId: string | null;
  readonly url: string | null;
  readonly expiresAt: Date;
  readonly paymentIntentId: string | null;
  /** What Stripe took: integer, minor units. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** The event that says how it ended was emitted. */
  readonly settled: boolean;
  /** When the event that it is paid was emitted. */
  readonly paidAt?: Date;
  /** When the order was seen to know of its payment. */
  readonly orderKnowsAt?: Date;
  readonly createdAt: Date;
  /** How many times the sweeper has checked it. */
  readonly checks: number;
  /** When the sweeper checks it next; null while there is nothing to check. */
  readonly nextCheckAt: Date | null;
}

/** A payment that is there. `amount`: integer, minor units. */
export interface PaidSession {
  readonly sessionId: string;
  readonly paymentIntentId: string;
  readonly amount: number;
  readonly currency: string;
}

/**
 * How a session stands.
 * https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-payment_status
 * @param session retrieved with `expand: ['payment_intent']`
 */
export function statusOf(session: Stripe.Checkout.Session): CheckoutStatus {
  if (session.payment_status !== 'unpaid') return 'paid';
  if (session.status === 'expired') return 'expired';
  if (session.status !== 'complete') return 'open';
  return bankRefused(session.payment_intent) ? 'expired' : 'processing';
}

/** A session that was submitted, but whose bank has said no in the end, can not be paid any more. */
function bankRefused(intent: Stripe.PaymentIntent | string | null): boolean {
  if (intent === null || typeof intent === 'string') return false;
  return intent.status === 'requires_payment_method' || intent.status === 'canceled';
}

/** @throws when Stripe calls a session paid without saying how: that is no payment that could be given back */
export function paymentOf(session: Stripe.Checkout.Session): PaidSession {
  const { id, amount_total: amount, currency } = session;
  const paymentIntentId = idOf(session.payment_intent);
  if (paymentIntentId === undefined || amount === null || currency === null) {
    throw new Error(`session ${id} is paid, but has no payment intent, amount or currency`);
  }
  return { sessionId: id, paymentIntentId, amount, currency: currency.toUpperCase() };
}

/** Stripe gives related objects as an id or, expanded, whole. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | undefined {
  if (reference === null || reference === undefined) return undefined;
  return typeof reference === 'string' ? reference : reference.id;
}

import Stripe from 'stripe';

/** Stripe has understood a request and says that it will never do it, so asking again is of no use. */
export function isRefusal(error: unknown): error is Stripe.errors.StripeInvalidRequestError {
  return error instanceof Stripe.errors.StripeInvalidRequestError;
}

/**
 * Stripe does not know a thing that it was asked about: it was deleted, or belongs to another account (or to a
 * stand-in that has begun anew).
 * @param parameter the parameter that named it, if it was not the address itself
 */
export function isMissing(error: unknown, parameter?: string): boolean {
  if (!isRefusal(error) || error.code !== 'resource_missing') return false;
  return parameter === undefined || error.param === parameter;
}

/** An error that Stripe answered with, or no answer, as against a mistake in our own code. */
export function isStripeError(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof Stripe.errors.StripeError;
}

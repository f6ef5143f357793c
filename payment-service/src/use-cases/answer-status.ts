import type { CheckoutStatus, checkPayment, RpcReply } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import { isStripeError } from '../clients/stripe/errors.js';
import type { Context } from '../context.js';
import type { CheckoutRecord } from '../domain/checkout.js';

/**
 * Answers with the status of an order's checkout after some work on it at Stripe.
 * @param work what is done with the checkout, if there is one
 */
export async function answerStatus(
  context: Context,
  orderId: string,
  work: (checkout: CheckoutRecord) => Promise<CheckoutStatus>,
): Promise<RpcReply<typeof checkPayment>> {
  const checkout = await context.checkouts.find(orderId);
  if (!checkout) return failed('checkout-unknown', `No checkout was opened for order ${orderId}.`);
  try {
    return { ok: true, status: await work(checkout) };
  } catch (error) {
    if (!isStripeError(error)) throw error;
    context.events.stripeUnavailable(orderId, error);
    return failed('stripe-unavailable', 'Stripe does not say how this checkout stands; nothing was changed.');
  }
}

import { z } from 'zod';
import { defineRpc, failure } from '../define.js';
import { cancelToken, currency, email, minorUnits, objectId, quantity, timestamp } from '../primitives.js';

/**
 * How a checkout stands at Stripe.
 * - `open`: can still be paid; - `paid`: the money is there; - `processing`: submitted, the bank has not answered;
 * - `expired`: can never be paid any more
 */
export const checkoutStatus = z.enum(['open', 'processing', 'paid', 'expired']);
/** See {@link checkoutStatus}. */
export type CheckoutStatus = z.output<typeof checkoutStatus>;

const orderId = '66f0a1b2c3d4e5f6012345bb';
const stripeUnavailable = failure('Stripe does not answer, or refuses: nothing was charged.');
const checkoutUnknown = failure('No checkout was opened for this order.');

export const openCheckout = defineRpc({
  queue: 'open-checkout',
  owner: 'payment-service',
  callers: ['order-service'],
  access: 'service',
  effect: 'idempotent',
  secret: true,
  timeoutMs: 15_000,
  summary: 'Opens the Stripe Checkout session of an order; the same order has the same session.',
  request: z.strictObject({
    orderId: objectId,
    number: z.string(),
    userId: objectId,
    email,
    lines: z
      .array(z.strictObject({ productId: objectId, name: z.string(), price: minorUnits, quantity }))
      .min(1)
      .max(100),
    shipping: z.strictObject({ label: z.string(), amount: minorUnits, minDays: z.int(), maxDays: z.int() }),
    currency,
    /** Part of the address to which "Back" on the payment page leads. */
    cancelToken: cancelToken.optional(),
    /** When the session ends: Stripe allows 30 minutes to 24 hours from now. */
    expiresAt: timestamp,
  }),
  response: z.strictObject({ sessionId: z.string(), url: z.url() }),
  failures: { 'stripe-unavailable': stripeUnavailable },
  example: {
    request: {
      orderId,
      number: 'MM-7K3Q-9F2D',
      userId: '66f0a1b2c3d4e5f601234567',
      email: 'ada@example.com',
      lines: [{ productId: '66f0a1b2c3d4e5f6012345aa', name: 'Stoneware mug', price: 1850, quantity: 2 }],
      shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
      currency: 'SGD',
      expiresAt: '2026-11-21T12:35:00.000Z',
    },
    response: { sessionId: 'cs_test_1', url: 'http://localhost:4242/c/pay/cs_test_1' },
  },
});

export const checkPayment = defineRpc({
  queue: 'check-payment',
  owner: 'payment-service',
  callers: ['order-service'],
  access: 'service',
  effect: 'idempotent',
  timeoutMs: 8_000,
  summary: 'Asks Stripe how the checkout of an order stands, and publishes what is new.',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ status: checkoutStatus }),
  failures: { 'stripe-unavailable': stripeUnavailable, 'checkout-unknown': checkoutUnknown },
  example: { request: { orderId }, response: { status: 'paid' } },
});

export const expireCheckout = defineRpc({
  queue: 'expire-checkout',
  owner: 'payment-service',
  callers: ['order-service'],
  access: 'service',
  effect: 'idempotent',
  timeoutMs: 8_000,
  summary: 'Ends the checkout of an order unless it is paid; the answer is how it stands now.',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ status: checkoutStatus }),
  failures: { 'stripe-unavailable': stripeUnavailable, 'checkout-unknown': checkoutUnknown },
  example: { request: { orderId }, response: { status: 'expired' } },
});

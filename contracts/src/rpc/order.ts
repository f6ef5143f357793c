import { z } from 'zod';
import { defineRpc, failure } from '../define.js';
import {
  cancelToken,
  chargeLimits,
  checkoutId,
  currency,
  imageHash,
  minorUnits,
  minorUnitsSum,
  objectId,
  quantity,
  timestamp,
  traceId,
} from '../primitives.js';
import { cart, cartChange } from './cart.js';
import { shortage } from './product.js';

/** The life of an order; which step may follow which stands in order-service's `domain/transitions.ts`. */
export const orderState = z.enum([
  'awaiting-payment',
  'paid',
  'accepted',
  'shipped',
  'delivered',
  'refunding',
  'refunded',
  'refund-failed',
  'cancelled',
]);
/** See {@link orderState}. */
export type OrderState = z.output<typeof orderState>;

/** The reasons that Stripe knows: https://docs.stripe.com/api/refunds/create#create_refund-reason */
export const refundReason = z.enum(['duplicate', 'fraudulent', 'requested_by_customer']);
/** See {@link refundReason}. */
export type RefundReason = z.output<typeof refundReason>;

/** Why an order that was not paid ended. */
export const cancelReason = z.enum([
  'shopper-went-back',
  'payment-expired',
  'out-of-stock',
  'cart-changed',
  'checkout-abandoned',
]);
/** See {@link cancelReason}. */
export type CancelReason = z.output<typeof cancelReason>;

/** One product of an order, as it was sold; amounts in minor units. */
export const orderLine = z.strictObject({
  productId: objectId,
  name: z.string(),
  image: imageHash.nullable(),
  price: minorUnits,
  quantity,
  amount: minorUnitsSum,
});
/** See {@link orderLine}. */
export type OrderLine = z.output<typeof orderLine>;

/** An order as its shopper and the shop see it; amounts in minor units. */
export const order = z.strictObject({
  orderId: objectId,
  /** What people say on the telephone, such as MM-7K3Q-9F2D. */
  number: z.string(),
  userId: objectId,
  state: orderState,
  lines: z.array(orderLine),
  subtotal: minorUnitsSum,
  shipping: minorUnits,
  total: minorUnitsSum,
  currency,
  createdAt: timestamp,
  history: z.array(z.strictObject({ state: orderState, at: timestamp })),
  cancelReason: cancelReason.nullable(),
  /** The trace of the "Pay now" that made it: the one id that finds the whole purchase in every log. */
  traceId: traceId.nullable(),
});
/** See {@link order}. */
export type Order = z.output<typeof order>;

const userId = '66f0a1b2c3d4e5f601234567';
const orderId = '66f0a1b2c3d4e5f6012345bb';
const exampleOrder = {
  orderId,
  number: 'MM-7K3Q-9F2D',
  userId,
  state: 'paid',
  lines: [
    {
      productId: '66f0a1b2c3d4e5f6012345aa',
      name: 'Stoneware mug',
      image: null,
      price: 1850,
      quantity: 2,
      amount: 3700,
    },
  ],
  subtotal: 3700,
  shipping: 500,
  total: 4200,
  currency: 'SGD',
  createdAt: '2026-11-21T12:00:00.000Z',
  history: [
    { state: 'awaiting-payment', at: '2026-11-21T12:00:00.000Z' },
    { state: 'paid', at: '2026-11-21T12:01:00.000Z' },
  ],
  cancelReason: null,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
} satisfies z.input<typeof order>;

const orderUnknown = failure('You have no order with this id.');
const wrongState = failure(
  'The order is not in a state that allows this.',
  z.strictObject({ state: orderState }),
);

export const quoteOrder = defineRpc({
  queue: 'quote-order',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'person',
  effect: 'idempotent',
  summary:
    "What checking out the shopper's cart would cost; the cart is first brought in line with the stock.",
  request: z.strictObject({}),
  response: z.strictObject({
    cart,
    changes: z.array(cartChange),
    shipping: z.strictObject({ label: z.string(), amount: minorUnits, minDays: z.int(), maxDays: z.int() }),
    total: minorUnitsSum,
    currency,
  }),
  example: {
    request: {},
    response: {
      cart: { id: userId, version: 0, lines: [], count: 0, subtotal: 0, currency: 'SGD' },
      changes: [],
      shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
      total: 500,
      currency: 'SGD',
    },
  },
});

export const placeOrder = defineRpc({
  queue: 'place-order',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'person',
  effect: 'idempotent',
  timeoutMs: 20_000,
  summary:
    "Orders the shopper's cart: reserves the stock and opens a checkout session. The same `checkoutId` is one order.",
  request: z.strictObject({
    checkoutId,
    /** The total that the shopper saw, minor units: a different one is told, not charged. */
    confirmedTotal: minorUnitsSum,
    /** The version of the cart that the shopper saw. */
    cartVersion: z.int().min(0),
  }),
  response: z.strictObject({ orderId: objectId, number: z.string(), checkoutUrl: z.url() }),
  failures: {
    'cart-empty': failure('There is nothing in the cart.'),
    'cart-changed': failure('The cart or a price changed since the shopper saw the total.'),
    'insufficient-stock': failure(
      'Some lines want more than there is.',
      z.strictObject({ shortages: z.array(shortage) }),
    ),
    'total-not-payable': failure('Stripe takes neither so much nor so little for one payment.', chargeLimits),
    'already-ordered': failure(
      'This checkout was finished before.',
      z.strictObject({ orderId: objectId, state: orderState }),
    ),
    'payment-unavailable': failure(
      'The payment page can not be opened now; nothing was charged. The same `checkoutId` may be sent again.',
      z.strictObject({ orderId: objectId }),
    ),
  },
  example: {
    request: { checkoutId: '0b9ff2c4-8f39-4d2a-9a53-1d1f3ad4c6f1', confirmedTotal: 4200, cartVersion: 3 },
    response: { orderId, number: 'MM-7K3Q-9F2D', checkoutUrl: 'http://localhost:4242/c/pay/cs_test_1' },
  },
});

export const confirmPayment = defineRpc({
  queue: 'confirm-payment',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'shopper',
  effect: 'idempotent',
  timeoutMs: 10_000,
  summary: 'Asks how the payment of an order stands, without waiting for the webhook.',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ order }),
  failures: { 'order-unknown': orderUnknown },
  example: { request: { orderId }, response: { order: exampleOrder } },
});

export const cancelCheckout = defineRpc({
  queue: 'cancel-checkout',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'shopper',
  effect: 'idempotent',
  secret: true,
  timeoutMs: 10_000,
  summary:
    'Gives up an order that is not paid yet and frees its stock. If it is paid after all, it stays. With a token it must be the one of this checkout.',
  request: z.strictObject({ orderId: objectId, cancelToken: cancelToken.optional() }),
  response: z.strictObject({ order }),
  failures: {
    'order-unknown': orderUnknown,
    'wrong-token': failure('The token is not the one of this checkout; nothing was changed.'),
  },
  example: {
    request: { orderId },
    response: { order: { ...exampleOrder, state: 'cancelled', cancelReason: 'shopper-went-back' } },
  },
});

export const getOrders = defineRpc({
  queue: 'get-orders',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'shopper',
  effect: 'read',
  summary: 'The orders of an account, newest first (at most 100).',
  request: z.strictObject({ userId: objectId }),
  response: z.strictObject({ orders: z.array(order) }),
  failures: { 'not-your-orders': failure('Only the account itself or an admin may see these orders.') },
  example: { request: { userId }, response: { orders: [exampleOrder] } },
});

export const getOrder = defineRpc({
  queue: 'get-order',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'shopper',
  effect: 'read',
  summary: 'One order of the shopper (an admin may see any).',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ order }),
  failures: { 'order-unknown': orderUnknown },
  example: { request: { orderId }, response: { order: exampleOrder } },
});

export const acceptOrder = defineRpc({
  queue: 'accept-order',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'admin',
  effect: 'idempotent',
  summary: 'The shop takes a paid order on.',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ order }),
  failures: { 'order-unknown': orderUnknown, 'wrong-state': wrongState },
  example: { request: { orderId }, response: { order: { ...exampleOrder, state: 'accepted' } } },
});

export const shipOrder = defineRpc({
  queue: 'ship-order',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'admin',
  effect: 'idempotent',
  summary: 'An accepted order has left the shop.',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ order }),
  failures: { 'order-unknown': orderUnknown, 'wrong-state': wrongState },
  example: { request: { orderId }, response: { order: { ...exampleOrder, state: 'shipped' } } },
});

export const deliverOrder = defineRpc({
  queue: 'deliver-order',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'admin',
  effect: 'idempotent',
  summary: 'A shipped order has arrived.',
  request: z.strictObject({ orderId: objectId }),
  response: z.strictObject({ order }),
  failures: { 'order-unknown': orderUnknown, 'wrong-state': wrongState },
  example: { request: { orderId }, response: { order: { ...exampleOrder, state: 'delivered' } } },
});

export const refund = defineRpc({
  queue: 'refund',
  owner: 'order-service',
  callers: ['frontend-service'],
  access: 'admin',
  effect: 'idempotent',
  summary:
    'Gives the whole payment of an order back, once, and its stock, once. The money moves shortly after the answer.',
  request: z.strictObject({ orderId: objectId, reason: refundReason.default('requested_by_customer') }),
  response: z.strictObject({ order }),
  failures: { 'order-unknown': orderUnknown, 'wrong-state': wrongState },
  example: {
    request: { orderId, reason: 'requested_by_customer' },
    response: { order: { ...exampleOrder, state: 'refunding' } },
  },
});

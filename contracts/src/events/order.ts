import { z } from 'zod';
import { defineEvent } from '../define.js';
import { currency, minorUnitsSum, objectId, quantity, timestamp } from '../primitives.js';
import { cancelReason, refundReason } from '../rpc/order.js';

const orderId = '66f0a1b2c3d4e5f6012345bb';
const userId = '66f0a1b2c3d4e5f601234567';
const lines = z.array(z.strictObject({ productId: objectId, quantity }));
const exampleLines = [{ productId: '66f0a1b2c3d4e5f6012345aa', quantity: 2 }];
const common = { orderId: objectId, number: z.string(), userId: objectId, occurredAt: timestamp };
const exampleCommon = { orderId, number: 'MM-7K3Q-9F2D', userId, occurredAt: '2026-11-21T12:01:00.000Z' };

export const orderPaid = defineEvent({
  name: 'order.paid',
  emitter: 'order-service',
  subscribers: ['product-service', 'cart-service', 'payment-service'],
  summary:
    'The payment of an order is there: its stock is sold, its lines leave the cart, and nobody looks for its order any more.',
  payload: z.strictObject({ ...common, lines, total: minorUnitsSum, currency }),
  example: { ...exampleCommon, lines: exampleLines, total: 4200, currency: 'SGD' },
});

export const orderCancelled = defineEvent({
  name: 'order.cancelled',
  emitter: 'order-service',
  subscribers: ['product-service'],
  summary: 'An order will not be paid: its stock is free again.',
  payload: z.strictObject({ ...common, lines, reason: cancelReason }),
  example: { ...exampleCommon, lines: exampleLines, reason: 'payment-expired' },
});

export const orderAccepted = defineEvent({
  name: 'order.accepted',
  emitter: 'order-service',
  subscribers: [],
  summary: 'The shop has taken an order on.',
  payload: z.strictObject(common),
  example: exampleCommon,
});

export const orderShipped = defineEvent({
  name: 'order.shipped',
  emitter: 'order-service',
  subscribers: [],
  summary: 'An order has left the shop.',
  payload: z.strictObject(common),
  example: exampleCommon,
});

export const orderDelivered = defineEvent({
  name: 'order.delivered',
  emitter: 'order-service',
  subscribers: [],
  summary: 'An order has arrived.',
  payload: z.strictObject(common),
  example: exampleCommon,
});

export const orderRefundRequested = defineEvent({
  name: 'order.refund-requested',
  emitter: 'order-service',
  subscribers: ['payment-service'],
  summary: 'The payment of an order must go back. `attempt` grows when an earlier refund failed at the bank.',
  payload: z.strictObject({ ...common, reason: refundReason, attempt: z.int().min(1) }),
  example: { ...exampleCommon, reason: 'requested_by_customer', attempt: 1 },
});

export const orderMissing = defineEvent({
  name: 'order.missing',
  emitter: 'order-service',
  subscribers: ['payment-service'],
  summary: 'A payment came for an order that does not exist: it goes back, if it was opened by this shop.',
  payload: z.strictObject({ orderId: objectId, occurredAt: timestamp }),
  example: { orderId, occurredAt: exampleCommon.occurredAt },
});

export const orderRefunded = defineEvent({
  name: 'order.refunded',
  emitter: 'order-service',
  subscribers: ['product-service'],
  summary: 'The payment of an order has gone back: its stock is for sale again.',
  payload: z.strictObject({ ...common, lines, total: minorUnitsSum, currency }),
  example: { ...exampleCommon, lines: exampleLines, total: 4200, currency: 'SGD' },
});

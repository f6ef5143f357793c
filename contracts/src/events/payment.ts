import { z } from 'zod';
import { defineEvent } from '../define.js';
import { currency, minorUnitsSum, objectId, timestamp } from '../primitives.js';

const orderId = '66f0a1b2c3d4e5f6012345bb';
const occurredAt = '2026-11-21T12:01:00.000Z';

export const paymentSucceeded = defineEvent({
  name: 'payment.succeeded',
  emitter: 'payment-service',
  subscribers: ['order-service'],
  summary: 'Stripe says that the checkout of an order is paid.',
  payload: z.strictObject({
    orderId: objectId,
    sessionId: z.string(),
    paymentIntentId: z.string(),
    amount: minorUnitsSum,
    currency,
    occurredAt: timestamp,
  }),
  example: {
    orderId,
    sessionId: 'cs_test_1',
    paymentIntentId: 'pi_1',
    amount: 4200,
    currency: 'SGD',
    occurredAt,
  },
});

export const paymentExpired = defineEvent({
  name: 'payment.expired',
  emitter: 'payment-service',
  subscribers: ['order-service'],
  summary: 'The checkout of an order ended without a payment, and can not be paid any more.',
  payload: z.strictObject({ orderId: objectId, sessionId: z.string(), occurredAt: timestamp }),
  example: { orderId, sessionId: 'cs_test_1', occurredAt },
});

export const paymentRefunded = defineEvent({
  name: 'payment.refunded',
  emitter: 'payment-service',
  subscribers: ['order-service'],
  summary: 'The money of an order is on its way back.',
  payload: z.strictObject({
    orderId: objectId,
    refundId: z.string(),
    attempt: z.int().min(1),
    amount: minorUnitsSum,
    currency,
    occurredAt: timestamp,
  }),
  example: { orderId, refundId: 're_1', attempt: 1, amount: 4200, currency: 'SGD', occurredAt },
});

export const paymentRefundFailed = defineEvent({
  name: 'payment.refund-failed',
  emitter: 'payment-service',
  subscribers: ['order-service'],
  summary: 'The bank did not take the money back; a person must look at it and may ask for the refund again.',
  payload: z.strictObject({
    orderId: objectId,
    refundId: z.string(),
    attempt: z.int().min(1),
    reason: z.string(),
    occurredAt: timestamp,
  }),
  example: { orderId, refundId: 're_1', attempt: 1, reason: 'expired_or_canceled_card', occurredAt },
});

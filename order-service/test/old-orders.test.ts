import { acceptOrder, paymentRefunded, refund } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { StoredOrder } from '../src/store/order-schema.js';
import { mug, OrderHarness } from './harness.js';

let harness: OrderHarness;
beforeAll(async () => {
  harness = await OrderHarness.start();
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

/** An order that waits for its payment, field by field as release 0.1.0 wrote it. */
function orderOfRelease010(userId: string): StoredOrder {
  const orderId = newId();
  const createdAt = new Date(Date.now() - 60_000);
  return {
    _id: orderId,
    number: `MM-${orderId.slice(0, 4)}-OLD0`,
    userId,
    checkoutId: orderId,
    email: 'ada@example.com',
    state: 'awaiting-payment',
    lines: [{ productId: mug, name: 'Stoneware mug', image: null, price: 1850, quantity: 2, amount: 3700 }],
    subtotal: 3700,
    shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
    total: 4200,
    currency: 'SGD',
    confirmedTotal: 4200,
    cartVersion: 3,
    createdAt,
    expiresAt: new Date(Date.now() + 30 * 60_000),
    history: [{ state: 'awaiting-payment', at: createdAt }],
    cancelReason: null,
    closingReason: null,
    shortages: [],
    checkout: { sessionId: `cs_test_${orderId}`, url: `http://localhost:4242/c/pay/cs_test_${orderId}` },
    payment: null,
    refundAttempts: 0,
    refundReason: null,
    refundId: null,
    refundFailure: null,
    outbox: [],
    traceId: 'c'.repeat(32),
    nextLookAt: new Date(Date.now() + 60 * 60_000),
  };
}

it('an order that an earlier release made is shown, paid, accepted and refunded', async () => {
  const person = await harness.person();
  const admin = await harness.person('admin');
  const order = orderOfRelease010(person.userId);
  await harness.orders().insertOne(order);
  const orderId = order._id;

  expect(await harness.getOrder(orderId, person)).toMatchObject({ ok: true, order: { total: 4200 } });
  await harness.emitPaid(orderId);
  await harness.expectEvents(orderId, ['order.paid']);
  expect(await harness.call(acceptOrder, { orderId }, admin)).toMatchObject({ ok: true });
  expect(await harness.call(refund, { orderId }, admin)).toMatchObject({ ok: true });
  await harness.emit(paymentRefunded, {
    orderId,
    refundId: 're_1',
    attempt: 1,
    amount: 4200,
    currency: 'SGD',
    occurredAt: new Date().toISOString(),
  });
  await harness.reaches(orderId, 'refunded');
  expect(await harness.statesOf(orderId)).toEqual([
    'awaiting-payment',
    'paid',
    'accepted',
    'refunding',
    'refunded',
  ]);
});

it('whose payment no event reported is found by the time that it stored for its next check', async () => {
  const person = await harness.person();
  const order = { ...orderOfRelease010(person.userId), nextLookAt: new Date(0) };
  harness.answers.checkPayment = async () => ({ ok: true, status: 'expired' });
  await harness.orders().insertOne(order);
  await harness.stopService();
  await harness.startService({ CHECKOUT_SWEEP_MS: '100' });
  await harness.reaches(order._id, 'cancelled');
});

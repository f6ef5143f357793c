import { acceptOrder, paymentRefunded, refund, shipOrder } from '@micromall/contracts';
import { newId, type Person } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { mug, OrderHarness } from './harness.js';

/** Orders as the release before wrote them: without a secret, and without what the outbox says of itself. */
let harness: OrderHarness;
let admin: Person;
beforeAll(async () => {
  harness = await OrderHarness.start({ CHECKOUT_SWEEP_MS: '100', OUTBOX_RELAY_MS: '100' });
  admin = await harness.person('admin');
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

const inAnHour = () => new Date(Date.now() + 60 * 60_000);

interface OldOrder {
  readonly _id: string;
  readonly checkoutId: string;
  readonly [field: string]: unknown;
}

function oldOrder({ userId, email }: Person, fields: object = {}): OldOrder {
  const orderId = newId();
  const createdAt = new Date(Date.now() - 5 * 60_000);
  return {
    _id: orderId,
    number: `MM-0LD0-${orderId.slice(-4).toUpperCase()}`,
    userId,
    checkoutId: '0b9ff2c4-8f39-4d2a-9a53-1d1f3ad4c6f1',
    email,
    state: 'awaiting-payment',
    lines: [{ productId: mug, name: 'Stoneware mug', image: null, price: 1850, quantity: 2, amount: 3700 }],
    subtotal: 3700,
    shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
    total: 4200,
    currency: 'SGD',
    confirmedTotal: 4200,
    cartVersion: 3,
    createdAt,
    expiresAt: inAnHour(),
    history: [{ state: 'awaiting-payment', at: createdAt }],
    cancelReason: null,
    closingReason: null,
    shortages: [],
    checkout: null,
    payment: null,
    refundAttempts: 0,
    refundReason: null,
    refundId: null,
    refundFailure: null,
    outbox: [],
    nextLookAt: inAnHour(),
    ...fields,
  };
}

async function stored(order: OldOrder): Promise<OldOrder> {
  await harness.database.collection<OldOrder>('orders').insertOne(order);
  return order;
}

it('an old order without a payment page gets one, without a secret, and is paid, shipped and refunded', async () => {
  const ada = await harness.person();
  const { _id: orderId, checkoutId } = await stored(oldOrder(ada));
  expect(await harness.place(ada, checkoutId)).toMatchObject({ ok: true, orderId });
  const [request] = harness.kit.requestsOf('open-checkout');
  expect(request).toMatchObject({ orderId });
  expect(request).not.toHaveProperty('cancelToken');

  const shown = { orderId, total: 4200, traceId: null };
  expect(await harness.getOrder(orderId, ada)).toMatchObject({ order: shown });
  await harness.emitPaid(orderId);
  await harness.reaches(orderId, 'paid');
  expect(await harness.call(acceptOrder, { orderId }, admin)).toMatchObject({ ok: true });
  expect(await harness.call(shipOrder, { orderId }, admin)).toMatchObject({ order: { state: 'shipped' } });
  expect(await harness.call(refund, { orderId }, admin)).toMatchObject({ order: { state: 'refunding' } });
  const occurredAt = new Date().toISOString();
  const money = { amount: 4200, currency: 'SGD' };
  await harness.emit(paymentRefunded, { orderId, refundId: 're_1', attempt: 1, ...money, occurredAt });
  await harness.reaches(orderId, 'refunded');
  await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
});

it('an old order whose check is due is checked', async () => {
  const ada = await harness.person();
  harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
  const checkout = { sessionId: 'cs_test_old', url: 'http://localhost:4242/c/pay/cs_test_old' };
  const { _id: orderId } = await stored(oldOrder(ada, { checkout, nextLookAt: new Date(0) }));
  await harness.reaches(orderId, 'paid');
  await harness.expectEvents(orderId, ['order.paid']);
});

it('an old order is cancelled without a token, and no token is its own', async () => {
  const ada = await harness.person();
  const { _id: orderId } = await stored(oldOrder(ada));
  const wrong = { ok: false, error: { code: 'wrong-token' } };
  expect(await harness.cancel(orderId, ada, 'kR2h7Vq0cXw5nT9bJm4sLA')).toMatchObject(wrong);
  expect((await harness.stored(orderId)).state).toBe('awaiting-payment');
  expect(await harness.cancel(orderId, ada)).toMatchObject({ order: { state: 'cancelled' } });
});

it('what waits in the outbox of an old order is measured, sent, and gone then', async () => {
  const ada = await harness.person();
  const order = oldOrder(ada);
  const message = (event: string) => ({
    messageId: `${event}:${order._id}`,
    event,
    payload: {
      orderId: order._id,
      number: 'MM-0LD0-0001',
      userId: ada.userId,
      occurredAt: new Date(Date.now() - 3_600_000).toISOString(),
    },
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  });
  // Nobody knows the first event: it can't be sent.
  const outbox = [message('order.unheard-of'), message('order.accepted')];
  await stored({ ...order, state: 'accepted', outbox, outboxFilled: true });
  await expect.poll(() => harness.sample('order_outbox_oldest_seconds{')).toBeGreaterThan(3_000);

  const sendable = { $set: { outbox: [message('order.accepted')] }, $unset: { outboxRetryAt: 1 as const } };
  await harness.orders().updateOne({ _id: order._id }, sendable);
  await expect.poll(async () => (await harness.stored(order._id)).outbox).toEqual([]);
  expect(Object.keys(await harness.stored(order._id)).filter((name) => /^outbox./.test(name))).toEqual([]);
});

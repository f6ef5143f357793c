import { newId } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { PaymentHarness } from './harness.js';

/** No webhook secret: this is the shop on a laptop with Stripe's test mode, where no event ever comes in. */
let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start({
    STRIPE_WEBHOOK_SECRET: '',
    SWEEP_MS: '100',
  });
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

const longAgo = new Date(Date.now() - 60 * 60_000);

/** Lets the first minute, in which nothing is checked, be over. */
async function aMinuteLater(orderId: string): Promise<void> {
  await harness.checkouts().updateOne({ _id: orderId }, { $set: { nextLookAt: longAgo } });
}

it('without a secret nothing is taken at /webhook, and the answer says why', async () => {
  const response = await harness.deliver('{}');
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('STRIPE_WEBHOOK_SECRET');
});

it('a payment is found without any webhook', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId);
  await aMinuteLater(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  await expect.poll(() => harness.sample('payment_checkouts_total{outcome="paid",source="sweeper"')).toBe(1);
});

it('an expired page is found without any webhook', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.control('POST', `/sessions/${sessionId}/expire`);
  await aMinuteLater(orderId);
  await harness.expectEvents(orderId, ['payment.expired']);
});

it('an open page is checked less and less often, and not at all in its first minute', async () => {
  const { orderId } = await harness.opened();
  const first = (await harness.checkout(orderId))?.nextLookAt?.getTime() ?? 0;
  expect(first - Date.now()).toBeGreaterThan(50_000);
  const waits: number[] = [];
  for (let check = 1; check <= 5; check += 1) {
    await aMinuteLater(orderId);
    await expect.poll(async () => (await harness.checkout(orderId))?.looks).toBe(check);
    waits.push(
      Math.round(((await harness.checkout(orderId))?.nextLookAt?.getTime() ?? 0) - Date.now()) / 60_000,
    );
  }
  expect(waits.map(Math.round)).toEqual([1, 2, 4, 8, 10]);
  await harness.expectEvents(orderId, []);
});

it('Stripe that does not answer the sweeper is asked again', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId);
  await harness.control('POST', '/api-faults', { fault: 'error', count: 2, method: 'GET' });
  await aMinuteLater(orderId);
  await expect.poll(async () => (await harness.checkout(orderId))?.looks).toBe(1);
  expect(harness.kit.eventsAbout(orderId)).toEqual([]);
  await aMinuteLater(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
});

it('a refund that waits for the bank, and one that bounces, are found without any webhook', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId, '4000000000005126');
  await aMinuteLater(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  await harness.askRefund(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
  await expect.poll(async () => (await harness.refunds().findOne({ orderId }))?.told).toBe('succeeded');
  const refundId = (await harness.refunds().findOne({ orderId }))?.refundId;
  await harness.control('POST', `/refunds/${refundId}/settle`);
  await harness.refunds().updateOne({ orderId }, { $set: { nextLookAt: longAgo } });
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded', 'payment.refund-failed']);
  expect(await harness.refunds().findOne({ orderId })).toMatchObject({ settled: true });
});

it('a refund that a dead process had only stored is made', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId);
  await aMinuteLater(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  await harness.refunds().insertOne({
    _id: `${orderId}:1`,
    orderId,
    attempt: 1,
    reason: 'duplicate',
    status: 'requested',
    failure: null,
    amount: null,
    currency: null,
    told: null,
    settled: false,
    createdAt: longAgo,
    looks: 0,
    nextLookAt: longAgo,
  });
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
});

it('a checkout that the release before stored is checked, and its payment is found and given back', async () => {
  const orderId = newId();
  const session = await harness.stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'http://localhost:3000/success',
    line_items: [
      { quantity: 1, price_data: { currency: 'sgd', unit_amount: 900, product_data: { name: 'Bowl' } } },
    ],
    metadata: { orderId },
  });
  await harness.pay(session.id);
  await harness.checkouts().insertOne({
    _id: orderId,
    status: 'open',
    parameters: { mode: 'payment', cancel_url: `http://localhost:3000/cancel?order=${orderId}` },
    attempt: 1,
    sessionId: session.id,
    url: session.url,
    expiresAt: new Date(Date.now() + 60_000),
    paymentIntentId: null,
    amount: null,
    currency: null,
    settled: false,
    createdAt: longAgo,
    looks: 2,
    nextLookAt: longAgo,
  });
  await harness.expectEvents(orderId, ['payment.succeeded']);
  expect(await harness.checkout(orderId)).toMatchObject({ looks: 3 });
  await harness.askRefund(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
});

it('a refund that the release before stored as pending is checked, and settles', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId, '4000000000007726');
  expect(await harness.statusOf(orderId)).toBe('paid');
  const made = await harness.stripe.refunds.create({
    payment_intent: (await harness.checkout(orderId))?.paymentIntentId ?? '',
    metadata: { orderId, attempt: '1' },
  });
  expect(made.status).toBe('pending');
  await harness.refunds().insertOne({
    _id: `${orderId}:1`,
    orderId,
    attempt: 1,
    reason: 'requested_by_customer',
    status: 'pending',
    refundId: made.id,
    failure: null,
    amount: 8498,
    currency: 'SGD',
    told: null,
    settled: false,
    createdAt: longAgo,
    looks: 2,
    nextLookAt: longAgo,
  });
  await expect.poll(async () => (await harness.refunds().findOne({ orderId }))?.looks).toBe(3);
  await harness.expectEvents(orderId, ['payment.succeeded']);

  await harness.control('POST', `/refunds/${made.id}/settle`);
  await harness.refunds().updateOne({ orderId }, { $set: { nextLookAt: longAgo } });
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
  await expect
    .poll(() => harness.refunds().findOne({ orderId }))
    .toMatchObject({ status: 'succeeded', told: 'succeeded', looks: 4 });
});

it('an event that was emitted but not stored as emitted is emitted again under the same id', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId);
  expect(await harness.statusOf(orderId)).toBe('paid');
  await harness
    .checkouts()
    .updateOne({ _id: orderId }, { $set: { settled: false, status: 'open', nextLookAt: longAgo } });
  await expect
    .poll(() => harness.kit.events.filter(({ payload }) => payload.orderId === orderId).length)
    .toBe(2);
  expect(harness.kit.eventsAbout(orderId)).toEqual(['payment.succeeded']);
});

it('a service that starts again takes up where the last one died', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.stopService();
  await harness.pay(sessionId);
  await aMinuteLater(orderId);
  await harness.startService({ STRIPE_WEBHOOK_SECRET: '', SWEEP_MS: '100' });
  await harness.expectEvents(orderId, ['payment.succeeded']);
  expect(await harness.statusOf(newId())).toBe('checkout-unknown');
});

it('when a checkout is first checked is a setting', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.stopService();
  await harness.startService({
    STRIPE_WEBHOOK_SECRET: '',
    SWEEP_MS: '100',
    FIRST_CHECK_MS: '200',
  });
  const prompt = await harness.opened();
  await Promise.all([harness.pay(sessionId), harness.pay(prompt.sessionId)]);
  await harness.expectEvents(prompt.orderId, ['payment.succeeded']);
  // What was opened before keeps its minute.
  expect(harness.kit.eventsAbout(orderId)).toEqual([]);
});

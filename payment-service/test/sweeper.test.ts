import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { Bed, newId } from './bed.js';

/** No webhook secret: this is the shop on a laptop with Stripe's test mode, where no event ever comes in. */
let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'), {
    STRIPE_WEBHOOK_SECRET: '',
    SWEEP_MS: '100',
  });
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

const longAgo = new Date(Date.now() - 60 * 60_000);

/** Lets the first minute, for which nobody asks, be over. */
async function aMinuteLater(orderId: string): Promise<void> {
  await bed.checkouts().updateOne({ _id: orderId }, { $set: { nextLookAt: longAgo } });
}

it('without a secret nothing is taken at /webhook, and the answer says why', async () => {
  const response = await bed.deliver('{}');
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('STRIPE_WEBHOOK_SECRET');
});

it('a payment is found without any webhook', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId);
  await aMinuteLater(orderId);
  await bed.hears(orderId, ['payment.succeeded']);
  expect(await bed.metrics()).toMatch(/payment_checkouts_total\{outcome="paid",noticed="sweeper"[^}]*\} 1/);
});

it('an expired page is found without any webhook', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.control('POST', `/sessions/${sessionId}/expire`);
  await aMinuteLater(orderId);
  await bed.hears(orderId, ['payment.expired']);
});

it('an open page is looked at less and less often, and not at all in its first minute', async () => {
  const { orderId } = await bed.opened();
  const first = (await bed.checkout(orderId))?.nextLookAt?.getTime() ?? 0;
  expect(first - Date.now()).toBeGreaterThan(50_000);
  const waits: number[] = [];
  for (let look = 1; look <= 5; look += 1) {
    await aMinuteLater(orderId);
    await expect.poll(async () => (await bed.checkout(orderId))?.looks).toBe(look);
    waits.push(Math.round(((await bed.checkout(orderId))?.nextLookAt?.getTime() ?? 0) - Date.now()) / 60_000);
  }
  expect(waits.map(Math.round)).toEqual([1, 2, 4, 8, 10]);
  await bed.hears(orderId, []);
});

it('Stripe that does not answer the sweeper is asked again', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId);
  await bed.control('POST', '/api-faults', { fault: 'error', count: 2, method: 'GET' });
  await aMinuteLater(orderId);
  await expect.poll(async () => (await bed.checkout(orderId))?.looks).toBe(1);
  expect(bed.toldAbout(orderId)).toEqual([]);
  await aMinuteLater(orderId);
  await bed.hears(orderId, ['payment.succeeded']);
});

it('a refund that waits for the bank, and one that bounces, are found without any webhook', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId, '4000000000005126');
  await aMinuteLater(orderId);
  await bed.hears(orderId, ['payment.succeeded']);
  await bed.askRefund(orderId);
  await bed.hears(orderId, ['payment.succeeded', 'payment.refunded']);
  await expect.poll(async () => (await bed.refunds().findOne({ orderId }))?.told).toBe('succeeded');
  const refundId = (await bed.refunds().findOne({ orderId }))?.refundId;
  await bed.control('POST', `/refunds/${refundId}/settle`);
  await bed.refunds().updateOne({ orderId }, { $set: { nextLookAt: longAgo } });
  await bed.hears(orderId, ['payment.succeeded', 'payment.refunded', 'payment.refund-failed']);
  expect(await bed.refunds().findOne({ orderId })).toMatchObject({ settled: true });
});

it('a refund that a dead process had only written down is made', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId);
  await aMinuteLater(orderId);
  await bed.hears(orderId, ['payment.succeeded']);
  await bed.refunds().insertOne({
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
  await bed.hears(orderId, ['payment.succeeded', 'payment.refunded']);
});

it('news that was told but not written down as told is told again under the same id', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId);
  expect(await bed.statusOf(orderId)).toBe('paid');
  await bed
    .checkouts()
    .updateOne({ _id: orderId }, { $set: { settled: false, status: 'open', nextLookAt: longAgo } });
  await expect.poll(() => bed.told.filter(({ payload }) => payload.orderId === orderId).length).toBe(2);
  expect(bed.toldAbout(orderId)).toEqual(['payment.succeeded']);
});

it('a service that starts again takes up where the last one died', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.stopService();
  await bed.pay(sessionId);
  await aMinuteLater(orderId);
  await bed.startService({ STRIPE_WEBHOOK_SECRET: '', SWEEP_MS: '100' });
  await bed.hears(orderId, ['payment.succeeded']);
  expect(await bed.statusOf(newId())).toBe('checkout-unknown');
});

it('how long word is waited for is a setting', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.stopService();
  await bed.startService({
    STRIPE_WEBHOOK_SECRET: '',

    SWEEP_MS: '100',
    FIRST_LOOK_MS: '200',
  });
  const prompt = await bed.opened();
  await Promise.all([bed.pay(sessionId), bed.pay(prompt.sessionId)]);
  await bed.hears(prompt.orderId, ['payment.succeeded']);
  // What was opened before keeps its minute.
  expect(bed.toldAbout(orderId)).toEqual([]);
});

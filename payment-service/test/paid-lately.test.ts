import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { Bed } from './bed.js';

/** Stripe tells nothing, and nobody looks at a single checkout for a day: only its list of events is asked. */
const variables = {
  STRIPE_WEBHOOK_SECRET: '',
  SWEEP_MS: '86400000',
  FIRST_LOOK_MS: '86400000',
  PAID_LATELY_MS: '100',
};

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'), variables);
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

it("a payment of which no webhook tells is found in Stripe's list of events", async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
  await expect.poll(() => bed.checkout(orderId)).toMatchObject({ settled: true, status: 'paid', looks: 0 });
});

it('a page that nobody paid on is left alone', async () => {
  const [open, paid] = [await bed.opened(), await bed.opened()];
  await bed.pay(paid.sessionId);
  await bed.hears(paid.orderId, ['payment.succeeded']);
  expect(bed.toldAbout(open.orderId)).toEqual([]);
  expect(await bed.checkout(open.orderId)).toMatchObject({ settled: false, status: 'open' });
});

it('Stripe that does not answer is asked again about the same time', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.control('POST', '/api-faults', { fault: 'error', count: 4, method: 'GET', path: '/v1/events' });
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
  expect(await bed.control('GET', '/api-faults')).toEqual([]);
});

it('a payment that could not be told is taken up again', async () => {
  const { orderId, sessionId } = await bed.opened();
  const path = `/v1/checkout/sessions/${sessionId}`;
  await bed.control('POST', '/api-faults', { fault: 'error', count: 4, method: 'GET', path });
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
});

it('a payment that was made while the service was dead is found after its start', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.stopService();
  await bed.pay(sessionId);
  await bed.startService(variables);
  await bed.hears(orderId, ['payment.succeeded']);
});

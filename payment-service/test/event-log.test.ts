import { orderMissing } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { variables } from '../src/config.js';
import { PaymentHarness } from './harness.js';

/** No webhook comes in, and the sweeper checks nothing: what is found was read in Stripe's log of events. */
const settings = { STRIPE_WEBHOOK_SECRET: '', EVENT_LOG_MS: '100', SWEEP_MS: '3600000' };
let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start(settings);
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

async function readUpTo(): Promise<Date | undefined> {
  return (await harness.database.collection('event-log').findOne())?.readUpTo;
}

it('a payment of which no webhook comes is found in the log, and emitted once', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.pay(sessionId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  await expect.poll(async () => (await harness.checkout(orderId))?.settled).toBe(true);
  const before = await readUpTo();
  await expect.poll(readUpTo).not.toEqual(before);
  expect(harness.kit.events.filter(({ payload }) => payload.orderId === orderId)).toHaveLength(1);
  await expect
    .poll(() => harness.sample('payment_checkouts_total{outcome="paid",source="event-log"'))
    .toBe(1);
});

it('so are a page that ran out and a refund made by hand in the dashboard', async () => {
  const left = await harness.opened();
  await harness.control('POST', `/sessions/${left.sessionId}/expire`);
  await harness.expectEvents(left.orderId, ['payment.expired']);

  const { orderId, paymentIntent } = await harness.paid();
  const refund = await harness.stripe.refunds.create({ payment_intent: paymentIntent });
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
  expect(harness.kit.events.at(-1)?.payload).toMatchObject({ refundId: refund.id, attempt: 1, amount: 8498 });
});

it('an event that can not be handled holds up no other, and is handled when it can be', async () => {
  const [stuck, other] = [await harness.opened(), await harness.opened()];
  const path = `/v1/checkout/sessions/${stuck.sessionId}`;
  await harness.control('POST', '/api-faults', { fault: 'error', count: 1_000, method: 'GET', path });
  await harness.pay(stuck.sessionId);
  await harness.pay(other.sessionId);
  await harness.expectEvents(other.orderId, ['payment.succeeded']);
  expect(harness.kit.eventsAbout(stuck.orderId)).toEqual([]);
  await harness.control('DELETE', '/api-faults');
  await harness.expectEvents(stuck.orderId, ['payment.succeeded']);
});

it('Stripe that does not answer is asked again about the same time', async () => {
  const { orderId, sessionId } = await harness.opened();
  const path = '/v1/events';
  await harness.control('POST', '/api-faults', { fault: 'error', count: 4, method: 'GET', path });
  await harness.pay(sessionId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  expect(await harness.control('GET', '/api-faults')).toEqual([]);
});

it('what happened while the service was away is read when it is back, from where it stopped', async () => {
  const { orderId, sessionId } = await harness.opened();
  await harness.stopService();
  await harness.pay(sessionId);
  await harness.startService(settings);
  await harness.expectEvents(orderId, ['payment.succeeded']);
});

it('a payment is found by the default settings within a minute', () => {
  // Two tries of three seconds each for the list, and as much for the session.
  const stripeMs = 2 * 2 * 3_000;
  expect(Number(variables.EVENT_LOG_MS.default) + stripeMs).toBeLessThan(60_000);
});

describe('a payment whose order is lost', () => {
  function orderIsMissing(orderId: string): Promise<void> {
    const occurredAt = new Date().toISOString();
    return harness.order.platform.publisher.emit(orderMissing, { orderId, occurredAt });
  }

  it('goes back by itself, once', async () => {
    const { orderId, paymentIntent } = await harness.paid();
    await Promise.all([orderIsMissing(orderId), orderIsMissing(orderId)]);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(await harness.refundsAtStripe(paymentIntent)).toMatchObject([{ amount: 8498 }]);
  });

  it('is left alone if this shop never opened it: others may share the account at Stripe', async () => {
    const elsewhere = newId();
    const session = await harness.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://elsewhere.test',
      line_items: [
        { quantity: 1, price_data: { currency: 'sgd', unit_amount: 900, product_data: { name: 'Bowl' } } },
      ],
      metadata: { orderId: elsewhere },
    });
    await harness.pay(session.id);
    await harness.expectEvents(elsewhere, ['payment.succeeded']);
    await orderIsMissing(elsewhere);
    await expect.poll(() => harness.metrics()).toMatch(/payment_anomalies_total\{kind="not-ours"[^}]*\} 1/);
    const paid = await harness.stripe.checkout.sessions.retrieve(session.id);
    expect(await harness.refundsAtStripe(String(paid.payment_intent))).toEqual([]);
  });
});

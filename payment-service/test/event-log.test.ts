import { orderMissing } from '@micromall/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { variables } from '../src/config.js';
import { Bed, newId } from './bed.js';

/** No webhook comes in, and the sweeper looks at nothing: what is found was read in Stripe's log of events. */
const settings = { STRIPE_WEBHOOK_SECRET: '', EVENT_LOG_MS: '100', SWEEP_MS: '3600000' };
let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'), settings);
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

async function lookedAt(): Promise<Date | undefined> {
  return (await bed.database.collection('event-log').findOne())?.readUpTo;
}

it('a payment of which no webhook tells is found in the log, and told once', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
  await expect.poll(async () => (await bed.checkout(orderId))?.settled).toBe(true);
  const before = await lookedAt();
  await expect.poll(lookedAt).not.toEqual(before);
  expect(bed.told.filter(({ payload }) => payload.orderId === orderId)).toHaveLength(1);
  expect(await bed.metrics()).toMatch(/payment_checkouts_total\{outcome="paid",noticed="event-log"[^}]*\} 1/);
});

it('so are a page that ran out and a refund made by hand in the dashboard', async () => {
  const left = await bed.opened();
  await bed.control('POST', `/sessions/${left.sessionId}/expire`);
  await bed.hears(left.orderId, ['payment.expired']);

  const { orderId, paymentIntent } = await bed.paid();
  const refund = await bed.stripe.refunds.create({ payment_intent: paymentIntent });
  await bed.hears(orderId, ['payment.succeeded', 'payment.refunded']);
  expect(bed.told.at(-1)?.payload).toMatchObject({ refundId: refund.id, attempt: 1, amount: 8498 });
});

it('an event that can not be handled holds nobody up, and is handled when it can be', async () => {
  const [stuck, other] = [await bed.opened(), await bed.opened()];
  const path = `/v1/checkout/sessions/${stuck.sessionId}`;
  await bed.control('POST', '/api-faults', { fault: 'error', count: 1_000, method: 'GET', path });
  await bed.pay(stuck.sessionId);
  await bed.pay(other.sessionId);
  await bed.hears(other.orderId, ['payment.succeeded']);
  expect(bed.toldAbout(stuck.orderId)).toEqual([]);
  await bed.control('DELETE', '/api-faults');
  await bed.hears(stuck.orderId, ['payment.succeeded']);
});

it('Stripe that does not answer is asked again about the same time', async () => {
  const { orderId, sessionId } = await bed.opened();
  const path = '/v1/events';
  await bed.control('POST', '/api-faults', { fault: 'error', count: 4, method: 'GET', path });
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
  expect(await bed.control('GET', '/api-faults')).toEqual([]);
});

it('what happened while the service was away is read when it is back, from where it stopped', async () => {
  const { orderId, sessionId } = await bed.opened();
  await bed.stopService();
  await bed.pay(sessionId);
  await bed.startService(settings);
  await bed.hears(orderId, ['payment.succeeded']);
});

it('a payment is found by the default settings within a minute', () => {
  // Two tries of three seconds each for the list, and as much for the session.
  const stripeMs = 2 * 2 * 3_000;
  expect(Number(variables.EVENT_LOG_MS.default) + stripeMs).toBeLessThan(60_000);
});

describe('a payment whose order is lost', () => {
  function orderIsMissing(orderId: string): Promise<void> {
    const occurredAt = new Date().toISOString();
    return bed.order.platform.publisher.emit(orderMissing, { orderId, occurredAt });
  }

  it('goes back by itself, once', async () => {
    const { orderId, paymentIntent } = await bed.paid();
    await Promise.all([orderIsMissing(orderId), orderIsMissing(orderId)]);
    await bed.hears(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(await bed.refundsAtStripe(paymentIntent)).toMatchObject([{ amount: 8498 }]);
  });

  it('is left alone if this shop never opened it: others may share the account at Stripe', async () => {
    const elsewhere = newId();
    const session = await bed.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://elsewhere.test',
      line_items: [
        { quantity: 1, price_data: { currency: 'sgd', unit_amount: 900, product_data: { name: 'Bowl' } } },
      ],
      metadata: { orderId: elsewhere },
    });
    await bed.pay(session.id);
    await bed.hears(elsewhere, ['payment.succeeded']);
    await orderIsMissing(elsewhere);
    await expect.poll(() => bed.metrics()).toMatch(/payment_troubles_total\{kind="not-ours"[^}]*\} 1/);
    const paid = await bed.stripe.checkout.sessions.retrieve(session.id);
    expect(await bed.refundsAtStripe(String(paid.payment_intent))).toEqual([]);
  });
});

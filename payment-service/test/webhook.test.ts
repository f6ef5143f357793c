import { readFile } from 'node:fs/promises';
import { newTraceId, runInTrace } from '@micromall/platform';
import { newId } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { purchaseTraceOf } from '../src/domain/purchase-trace.js';
import { webhookEvents } from '../src/domain/webhook-events.js';
import { PaymentHarness } from './harness.js';

let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start();
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

/** A session that is paid while nothing is delivered, and the event that Stripe would deliver. */
async function paidInSilence() {
  await harness.webhooks({ paused: true });
  const opened = await harness.opened();
  await harness.pay(opened.sessionId);
  return { ...opened, body: await harness.eventBody('checkout.session.completed', opened.sessionId) };
}

describe('one payment is one event', () => {
  it('when the webhook comes five times, one after the other and at once', async () => {
    const { orderId, sessionId, body } = await paidInSilence();
    const atOnce = await Promise.all([harness.deliver(body), harness.deliver(body)]);
    const later = [await harness.deliver(body), await harness.deliver(body), await harness.deliver(body)];
    expect([...atOnce, ...later].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await harness.expectEvents(orderId, ['payment.succeeded']);
    expect(harness.kit.events.map(({ messageId }) => messageId)).toContain(`payment.succeeded:${sessionId}`);
  });

  it('when the shopper comes back before the webhook, and when the webhook comes late', async () => {
    const { orderId, body } = await paidInSilence();
    expect(await harness.statusOf(orderId)).toBe('paid');
    expect((await harness.deliver(body)).status).toBe(200);
    expect(await harness.statusOf(orderId)).toBe('paid');
    await harness.expectEvents(orderId, ['payment.succeeded']);
  });

  it('when the webhook and the shopper come at once', async () => {
    const { orderId, body } = await paidInSilence();
    const [response, status] = await Promise.all([harness.deliver(body), harness.statusOf(orderId)]);
    expect(response.status).toBe(200);
    expect(status).toBe('paid');
    await harness.expectEvents(orderId, ['payment.succeeded']);
  });

  it('when somebody checked a moment too early: the webhook does not rely on that check', async () => {
    await harness.webhooks({ paused: true });
    const { orderId, sessionId } = await harness.opened();
    await harness.control('POST', '/api-faults', {
      fault: 'delay',
      when: 'after',
      delayMs: 500,
      method: 'GET',
    });
    const tooEarly = harness.statusOf(orderId);
    await expect.poll(() => harness.control('GET', '/api-faults')).toEqual([]);
    await harness.pay(sessionId);
    const body = await harness.eventBody('checkout.session.completed', sessionId);
    expect((await harness.deliver(body)).status).toBe(200);
    expect(await tooEarly).toBe('open');
    expect(await harness.checkout(orderId)).toMatchObject({ status: 'paid', settled: true });
    await harness.expectEvents(orderId, ['payment.succeeded']);
  });

  it('when Stripe delivers everything three times and out of order', async () => {
    await harness.webhooks({ duplicate: 2, reorder: true, delayMs: 20 });
    const orders = await Promise.all([harness.opened(), harness.opened(), harness.opened()]);
    await Promise.all(orders.map(({ sessionId }) => harness.pay(sessionId)));
    for (const { orderId } of orders) await harness.expectEvents(orderId, ['payment.succeeded']);
  });
});

it('a payment whose checkout is not known here is emitted all the same, and can be refunded', async () => {
  const { orderId, sessionId, body } = await paidInSilence();
  await harness.checkouts().deleteOne({ _id: orderId });
  expect((await harness.deliver(body)).status).toBe(200);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  expect(await harness.checkout(orderId)).toMatchObject({ status: 'paid', sessionId, settled: true });
  await harness.askRefund(orderId);
  await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
});

it('a session that belongs to something else in the same Stripe account is left alone', async () => {
  await harness.webhooks({ paused: true });
  const session = await harness.stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [
      { quantity: 1, price_data: { currency: 'sgd', unit_amount: 100, product_data: { name: 'Gift' } } },
    ],
    success_url: 'http://localhost:3000/elsewhere',
  });
  await harness.pay(session.id);
  const response = await harness.deliver(await harness.eventBody('checkout.session.completed', session.id));
  expect(response.status).toBe(200);
  expect(harness.kit.events).toEqual([]);
});

it('an event that the broker did not take is answered with an error, so that Stripe repeats it', async () => {
  const { orderId, body } = await paidInSilence();
  const exchange = `exchanges/${encodeURIComponent(harness.kit.vhost.name)}/events.payment-service`;
  const bindings = `bindings/${encodeURIComponent(harness.kit.vhost.name)}/e/events.payment-service/q/order-service.events`;
  await harness.kit.vhost.management.remove(exchange);
  expect((await harness.deliver(body)).status).toBe(500);
  expect(await harness.checkout(orderId)).toMatchObject({ settled: false });

  await harness.kit.vhost.management.put(exchange, { type: 'topic', durable: true });
  await harness.kit.vhost.management.post(bindings, { routing_key: 'payment.#' });
  await expect.poll(async () => (await harness.deliver(body)).status, { timeout: 10_000 }).toBe(200);
  await harness.expectEvents(orderId, ['payment.succeeded']);
});

it('Stripe that does not answer while its webhook is handled gets an error, and the next delivery succeeds', async () => {
  const { orderId, body } = await paidInSilence();
  await harness.control('POST', '/api-faults', { fault: 'error', count: 2, method: 'GET' });
  expect((await harness.deliver(body)).status).toBe(500);
  expect((await harness.deliver(body)).status).toBe(200);
  await harness.expectEvents(orderId, ['payment.succeeded']);
});

describe('what is not Stripe’s changes nothing', () => {
  const now = () => Math.floor(Date.now() / 1000);

  it('unsigned, signed with another secret, stale, or not JSON', async () => {
    const { orderId, body } = await paidInSilence();
    const refused = [
      [await harness.post(body, { 'content-type': 'application/json' }), /missing/],
      [await harness.deliver(body, now(), 'whsec_of_somebody_else'), /does not fit/],
      [await harness.deliver(body, now() - 400), /five minutes/],
      [await harness.deliver('{"half":', now()), /not JSON/],
      [await harness.post(body, { 'stripe-signature': 'nonsense' }), /does not fit/],
    ] as const;
    for (const [response, sentence] of refused) {
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(sentence);
    }
    expect(harness.kit.events).toEqual([]);
    expect(await harness.checkout(orderId)).toMatchObject({ status: 'open' });
    expect(await harness.metrics()).toContain('payment_webhooks_total{type="unknown",outcome="refused"');
  });

  it('too large, to another address, or by another method', async () => {
    expect((await harness.deliver('x'.repeat(1_100_000))).status).toBe(413);
    const base = `http://127.0.0.1:${harness.webhookPort}`;
    expect((await fetch(`${base}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${base}/webhook`)).status).toBe(404);
  });

  it('an event of no interest is thanked for', async () => {
    const body = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'price.created',
      data: { object: {} },
    });
    expect((await harness.deliver(body)).status).toBe(200);
  });

  it('a forged order id in the metadata of a signed event is not searched for', async () => {
    const object = { id: 'cs_1', object: 'checkout.session', metadata: { orderId: '{"$ne":null}' } };
    const body = JSON.stringify({
      id: 'evt_2',
      object: 'event',
      type: 'checkout.session.completed',
      data: { object },
    });
    expect((await harness.deliver(body)).status).toBe(200);
    expect(harness.kit.events).toEqual([]);
  });
});

it('a dispute is counted for a person to look at', async () => {
  const object = { id: 'du_1', object: 'dispute', charge: `ch_${newId()}`, reason: 'fraudulent' };
  const body = JSON.stringify({
    id: 'evt_3',
    object: 'event',
    type: 'charge.dispute.created',
    data: { object },
  });
  expect((await harness.deliver(body)).status).toBe(200);
  expect(await harness.metrics()).toContain('payment_disputes_total{type="charge.dispute.created"');
});

describe('what comes of a payment belongs to the trace of its "Pay now"', () => {
  async function paidInTrace(traceId: string): Promise<{ orderId: string; sessionId: string }> {
    const opened = await runInTrace({ traceId }, () => harness.opened());
    await harness.pay(opened.sessionId);
    return opened;
  }
  const traceOf = (orderId: string) =>
    harness.kit.events.find(
      ({ event, payload }) => event === 'payment.succeeded' && payload.orderId === orderId,
    )?.traceId;

  it('when the webhook comes', async () => {
    const traceId = newTraceId();
    const { orderId, sessionId } = await paidInTrace(traceId);
    await harness.expectEvents(orderId, ['payment.succeeded']);
    expect(traceOf(orderId)).toBe(traceId);
    const session = await harness.stripe.checkout.sessions.retrieve(sessionId);
    expect(session.metadata?.traceId).toBe(traceId);
  });

  it('when the shop asks, in whatever trace it asks', async () => {
    await harness.webhooks({ paused: true });
    const traceId = newTraceId();
    const { orderId } = await paidInTrace(traceId);
    expect(await runInTrace({ traceId: newTraceId() }, () => harness.statusOf(orderId))).toBe('paid');
    await harness.expectEvents(orderId, ['payment.succeeded']);
    expect(traceOf(orderId)).toBe(traceId);
  });
});

it('text that is no trace id, typed into the metadata at Stripe, names no trace', () => {
  const typed = ['', 'x'.repeat(32), '{"$ne":null}'];
  expect(typed.map((traceId) => purchaseTraceOf({ traceId }))).toEqual([undefined, undefined, undefined]);
  expect(purchaseTraceOf({ traceId: 'a'.repeat(32) })).toBe('a'.repeat(32));
});

it('an endpoint that subscribes to what the list names misses no event that is handled, and gets no other', async () => {
  const source = await readFile(new URL('../src/use-cases/handle-stripe-event.ts', import.meta.url), 'utf8');
  const handled = [...source.matchAll(/case '([^']+)':/g)].map((match) => match[1]);
  expect([...handled].sort()).toEqual([...webhookEvents].sort());
});

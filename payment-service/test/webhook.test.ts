import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

/** A session that is paid while nothing is delivered, and the event that Stripe would deliver. */
async function paidInSilence() {
  await bed.webhooks({ paused: true });
  const opened = await bed.opened();
  await bed.pay(opened.sessionId);
  return { ...opened, body: await bed.eventBody('checkout.session.completed', opened.sessionId) };
}

describe('one payment is one piece of news', () => {
  it('when the webhook comes five times, one after the other and at once', async () => {
    const { orderId, sessionId, body } = await paidInSilence();
    const atOnce = await Promise.all([bed.deliver(body), bed.deliver(body)]);
    const later = [await bed.deliver(body), await bed.deliver(body), await bed.deliver(body)];
    expect([...atOnce, ...later].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await bed.hears(orderId, ['payment.succeeded']);
    expect(bed.told.map(({ messageId }) => messageId)).toContain(`payment.succeeded:${sessionId}`);
  });

  it('when the shopper comes back before the webhook, and when the webhook comes late', async () => {
    const { orderId, body } = await paidInSilence();
    expect(await bed.statusOf(orderId)).toBe('paid');
    expect((await bed.deliver(body)).status).toBe(200);
    expect(await bed.statusOf(orderId)).toBe('paid');
    await bed.hears(orderId, ['payment.succeeded']);
  });

  it('when the webhook and the shopper come at once', async () => {
    const { orderId, body } = await paidInSilence();
    const [response, status] = await Promise.all([bed.deliver(body), bed.statusOf(orderId)]);
    expect(response.status).toBe(200);
    expect(status).toBe('paid');
    await bed.hears(orderId, ['payment.succeeded']);
  });

  it('when somebody looked a moment too early: the webhook does not rely on that look', async () => {
    await bed.webhooks({ paused: true });
    const { orderId, sessionId } = await bed.opened();
    await bed.control('POST', '/api-faults', { fault: 'delay', when: 'after', delayMs: 500, method: 'GET' });
    const tooEarly = bed.statusOf(orderId);
    await expect.poll(() => bed.control('GET', '/api-faults')).toEqual([]);
    await bed.pay(sessionId);
    const body = await bed.eventBody('checkout.session.completed', sessionId);
    expect((await bed.deliver(body)).status).toBe(200);
    expect(await tooEarly).toBe('open');
    expect(await bed.checkout(orderId)).toMatchObject({ status: 'paid', settled: true });
    await bed.hears(orderId, ['payment.succeeded']);
  });

  it('when Stripe delivers everything three times and out of order', async () => {
    await bed.webhooks({ duplicate: 2, reorder: true, delayMs: 20 });
    const orders = await Promise.all([bed.opened(), bed.opened(), bed.opened()]);
    await Promise.all(orders.map(({ sessionId }) => bed.pay(sessionId)));
    for (const { orderId } of orders) await bed.hears(orderId, ['payment.succeeded']);
  });
});

it('a payment whose order is not known here is told all the same, and can be refunded', async () => {
  const { orderId, sessionId, body } = await paidInSilence();
  await bed.checkouts().deleteOne({ _id: orderId });
  expect((await bed.deliver(body)).status).toBe(200);
  await bed.hears(orderId, ['payment.succeeded']);
  expect(await bed.checkout(orderId)).toMatchObject({ status: 'paid', sessionId, settled: true });
  await bed.askRefund(orderId);
  await bed.hears(orderId, ['payment.succeeded', 'payment.refunded']);
});

it('a session that belongs to something else in the same Stripe account is left alone', async () => {
  await bed.webhooks({ paused: true });
  const session = await bed.stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [
      { quantity: 1, price_data: { currency: 'sgd', unit_amount: 100, product_data: { name: 'Gift' } } },
    ],
    success_url: 'http://localhost:3000/elsewhere',
  });
  await bed.pay(session.id);
  const response = await bed.deliver(await bed.eventBody('checkout.session.completed', session.id));
  expect(response.status).toBe(200);
  expect(bed.told).toEqual([]);
});

it('an event that the broker did not take is answered with an error, so that Stripe repeats it', async () => {
  const { orderId, body } = await paidInSilence();
  const exchange = `exchanges/${encodeURIComponent(bed.vhost.name)}/events.payment-service`;
  const bindings = `bindings/${encodeURIComponent(bed.vhost.name)}/e/events.payment-service/q/order-service.events`;
  await bed.vhost.management.remove(exchange);
  expect((await bed.deliver(body)).status).toBe(500);
  expect(await bed.checkout(orderId)).toMatchObject({ settled: false });

  await bed.vhost.management.put(exchange, { type: 'topic', durable: true });
  await bed.vhost.management.post(bindings, { routing_key: 'payment.#' });
  await expect.poll(async () => (await bed.deliver(body)).status, { timeout: 10_000 }).toBe(200);
  await bed.hears(orderId, ['payment.succeeded']);
});

it('Stripe that does not answer while its webhook is handled gets an error, and the next delivery succeeds', async () => {
  const { orderId, body } = await paidInSilence();
  await bed.control('POST', '/api-faults', { fault: 'error', count: 2, method: 'GET' });
  expect((await bed.deliver(body)).status).toBe(500);
  expect((await bed.deliver(body)).status).toBe(200);
  await bed.hears(orderId, ['payment.succeeded']);
});

describe('what is not Stripe’s changes nothing', () => {
  const now = () => Math.floor(Date.now() / 1000);

  it('unsigned, signed with another secret, stale, or not JSON', async () => {
    const { orderId, body } = await paidInSilence();
    const refused = [
      [await bed.post(body, { 'content-type': 'application/json' }), /missing/],
      [await bed.deliver(body, now(), 'whsec_of_somebody_else'), /does not fit/],
      [await bed.deliver(body, now() - 400), /five minutes/],
      [await bed.deliver('{"half":', now()), /not JSON/],
      [await bed.post(body, { 'stripe-signature': 'nonsense' }), /does not fit/],
    ] as const;
    for (const [response, sentence] of refused) {
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(sentence);
    }
    expect(bed.told).toEqual([]);
    expect(await bed.checkout(orderId)).toMatchObject({ status: 'open' });
    expect(await bed.metrics()).toContain('payment_webhooks_total{type="unknown",outcome="refused"');
  });

  it('too large, to another address, or by another method', async () => {
    expect((await bed.deliver('x'.repeat(1_100_000))).status).toBe(413);
    const base = `http://127.0.0.1:${bed.webhookPort}`;
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
    expect((await bed.deliver(body)).status).toBe(200);
  });

  it('a forged order id in the metadata of a signed event is not looked up', async () => {
    const object = { id: 'cs_1', object: 'checkout.session', metadata: { orderId: '{"$ne":null}' } };
    const body = JSON.stringify({
      id: 'evt_2',
      object: 'event',
      type: 'checkout.session.completed',
      data: { object },
    });
    expect((await bed.deliver(body)).status).toBe(200);
    expect(bed.told).toEqual([]);
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
  expect((await bed.deliver(body)).status).toBe(200);
  expect(await bed.metrics()).toContain('payment_disputes_total{type="charge.dispute.created"');
});

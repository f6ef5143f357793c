import fs from 'node:fs';
import { newId } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { PaymentHarness } from './harness.js';

let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start();
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

it('a payment: the page is opened and paid, and its event comes once', async () => {
  const { orderId, sessionId, url } = await harness.opened();
  expect(url).toContain(sessionId);
  expect(await harness.statusOf(orderId)).toBe('open');
  await harness.pay(sessionId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
  expect(harness.kit.events[0]).toMatchObject({
    messageId: `payment.succeeded:${sessionId}`,
    payload: {
      sessionId,
      amount: 2 * 1999 + 4000 + 500,
      currency: 'SGD',
      paymentIntentId: expect.stringMatching(/^pi_/),
    },
  });
  expect(await harness.statusOf(orderId)).toBe('paid');
  await harness.expectEvents(orderId, ['payment.succeeded']);
});

it('Stripe sees the order as the shop sees it: lines, shipping, countries, metadata, addresses to come back to', async () => {
  const request = harness.request();
  const { orderId, sessionId } = await harness.opened(request);
  const session = await harness.stripe.checkout.sessions.retrieve(sessionId, {
    expand: ['line_items.data.price.product', 'customer'],
  });
  expect(session).toMatchObject({
    mode: 'payment',
    client_reference_id: orderId,
    metadata: { orderId, number: request.number, userId: request.userId },
    customer: { email: request.email, metadata: { userId: request.userId } },
    amount_subtotal: 7998,
    amount_total: 8498,
    currency: 'sgd',
    allowed_payment_method_types: ['card'],
    shipping_address_collection: { allowed_countries: ['SG'] },
    expires_at: Math.floor(Date.parse(request.expiresAt) / 1000),
    success_url: `http://localhost:3000/success?order=${orderId}&session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `http://localhost:3000/cancel?order=${orderId}`,
  });
  expect(session.line_items?.data[0]).toMatchObject({
    description: 'Stoneware mug & saucer',
    quantity: 2,
    price: { unit_amount: 1999, product: { metadata: { productId: request.lines[0]?.productId } } },
  });
});

it('"Back" on the payment page leads to an address with the secret of the checkout', async () => {
  const cancelToken = 'kR2h7Vq0cXw5nT9bJm4sLA';
  const { orderId, sessionId } = await harness.opened({ ...harness.request(), cancelToken });
  const { cancel_url } = await harness.stripe.checkout.sessions.retrieve(sessionId);
  expect(cancel_url).toBe(`http://localhost:3000/cancel?order=${orderId}&token=${cancelToken}`);
});

it('the secret of a checkout is in no log line, not even at level trace, and in no dead letter', async () => {
  const written: string[] = [];
  // The lines go to standard output as in production; this reads them where they leave the process.
  const write = vi.spyOn(fs, 'write').mockImplementation(((_fd: number, text: string, ...rest: unknown[]) => {
    written.push(String(text));
    const callback = rest.at(-1);
    if (typeof callback === 'function')
      setImmediate(callback as (error: null, bytes: number) => void, null, Buffer.byteLength(text));
  }) as typeof fs.write);
  onTestFinished(async () => {
    write.mockRestore();
    await harness.stopService();
    await harness.startService();
  });
  const cancelToken = 'kR2h7Vq0cXw5nT9bJm4sLA';
  const withToken = () => ({ ...harness.request(), cancelToken });
  await harness.stopService();
  await harness.startService({ LOG_LEVEL: 'trace' });

  const { orderId } = await harness.opened(withToken());
  await harness.expire(orderId);
  const path = '/v1/checkout/sessions';
  for (const fault of ['error', 'drop']) {
    await harness.control('POST', '/api-faults', { fault, count: 3, method: 'POST', path });
    expect(await harness.open(withToken())).toMatchObject({ error: { code: 'stripe-unavailable' } });
  }
  const refusedByStripe = { ...withToken(), expiresAt: new Date(Date.now() + 60_000).toISOString() };
  expect(await harness.open(refusedByStripe)).toMatchObject({ error: { code: 'stripe-unavailable' } });
  const malformed = { ...withToken(), orderId: 'none' };
  await expect(harness.open(malformed)).rejects.toThrow();
  await harness.kit.vhost.publish('open-checkout', JSON.stringify(malformed));
  const letters: unknown[] = [];
  await expect
    .poll(async () => {
      letters.push(...(await harness.kit.vhost.take('parking.payment-service', 10)));
      return letters.length;
    })
    .toBeGreaterThan(0);
  await harness.stopService();
  await expect.poll(() => written.join(''), { timeout: 10_000 }).toContain('"msg":"stopped"');

  const log = written.join('');
  for (const line of ['checkout opened', 'Stripe does not answer, or refuses', 'message parked']) {
    expect(log).toContain(`"msg":"${line}"`);
  }
  expect(log).not.toContain(cancelToken);
  expect(JSON.stringify(letters)).not.toContain(cancelToken);
});

it('the same order asked for again, twice at once or later, has the same page; the account has one customer', async () => {
  const request = harness.request();
  const [first, second] = await Promise.all([harness.open(request), harness.open(request)]);
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(first);
  expect(await harness.open(request)).toEqual(first);
  const other = await harness.opened({ ...harness.request(), userId: request.userId, email: request.email });
  const sessions = await Promise.all(
    [first, other].map((reply) =>
      harness.stripe.checkout.sessions.retrieve('sessionId' in reply ? reply.sessionId : ''),
    ),
  );
  expect(sessions[0]?.customer).toBe(sessions[1]?.customer);
  const customers = await harness.stripe.customers.list({ email: request.email });
  expect(customers.data).toHaveLength(1);
});

it('a page that expired emits an event, and can not be opened again', async () => {
  const request = harness.request();
  const { orderId, sessionId } = await harness.opened(request);
  await harness.control('POST', `/sessions/${sessionId}/expire`);
  await harness.expectEvents(orderId, ['payment.expired']);
  expect(harness.kit.events[0]?.messageId).toBe(`payment.expired:${sessionId}`);
  expect(await harness.statusOf(orderId)).toBe('expired');
  expect(await harness.open(request)).toMatchObject({ ok: false, error: { code: 'stripe-unavailable' } });
});

it('a shopper who goes back ends the page; one who has paid meanwhile has paid', async () => {
  const open = await harness.opened();
  expect(await harness.expire(open.orderId)).toEqual({ ok: true, status: 'expired' });
  await harness.expectEvents(open.orderId, ['payment.expired']);
  expect((await harness.stripe.checkout.sessions.retrieve(open.sessionId)).status).toBe('expired');
  expect(await harness.expire(open.orderId)).toEqual({ ok: true, status: 'expired' });

  await harness.webhooks({ paused: true });
  const paid = await harness.opened();
  await harness.pay(paid.sessionId);
  expect(await harness.expire(paid.orderId)).toEqual({ ok: true, status: 'paid' });
  await harness.expectEvents(paid.orderId, ['payment.succeeded']);
});

it('an order without a checkout has another answer than one that is not paid', async () => {
  expect(await harness.statusOf(newId())).toBe('checkout-unknown');
  expect(await harness.expire(newId())).toMatchObject({ ok: false, error: { code: 'checkout-unknown' } });
});

it('a card that is declined changes nothing but a count, and the next one pays', async () => {
  const { orderId, sessionId } = await harness.opened();
  const declined = await harness.control('POST', '/pay', { session: sessionId, card: '4000000000009995' });
  expect(declined).toMatchObject({ outcome: 'declined', decline_code: 'insufficient_funds' });
  await expect.poll(() => harness.metrics()).toContain('payment_declines_total{code="insufficient_funds"');
  expect(await harness.statusOf(orderId)).toBe('open');
  await harness.pay(sessionId);
  await harness.expectEvents(orderId, ['payment.succeeded']);
});

it('Stripe that does not answer is a plain answer to the shop, and the next try gets the page', async () => {
  const request = harness.request();
  await harness.control('POST', '/api-faults', {
    fault: 'error',
    count: 3,
    method: 'POST',
    path: '/v1/checkout/sessions',
  });
  expect(await harness.open(request)).toMatchObject({ ok: false, error: { code: 'stripe-unavailable' } });
  expect(await harness.open(request)).toMatchObject({ ok: true });
  expect(await harness.statusOf(request.orderId)).toBe('open');

  await harness.control('POST', '/api-faults', { fault: 'error', count: 2, method: 'GET' });
  expect(await harness.statusOf(request.orderId)).toBe('stripe-unavailable');
});

it('an answer of Stripe that got lost does not make a second page', async () => {
  const request = harness.request();
  await harness.control('POST', '/api-faults', {
    fault: 'drop',
    when: 'after',
    count: 1,
    method: 'POST',
    path: '/v1/checkout/sessions',
  });
  const { sessionId } = await harness.opened(request);
  const sessions = await harness.stripe.checkout.sessions.list({ limit: 100 });
  const own = sessions.data.filter((session) => session.client_reference_id === request.orderId);
  expect(own.map(({ id }) => id)).toEqual([sessionId]);
});

it('died after Stripe made the page and before it was stored: ending it ends the page at Stripe', async () => {
  const request = harness.request();
  const { orderId, sessionId } = await harness.opened(request);
  await harness
    .checkouts()
    .updateOne(
      { _id: orderId },
      { $set: { status: 'opening', sessionId: null, url: null, nextLookAt: null } },
    );
  expect(await harness.expire(orderId)).toEqual({ ok: true, status: 'expired' });
  expect((await harness.stripe.checkout.sessions.retrieve(sessionId)).status).toBe('expired');
  await harness.expectEvents(orderId, ['payment.expired']);
});

it('ended while it is being opened: nobody is left with a page to pay on', async () => {
  const request = harness.request();
  const { orderId } = request;
  const slow = { fault: 'delay', delayMs: 400, count: 1, method: 'POST', path: '/v1/checkout/sessions' };
  await harness.control('POST', '/api-faults', slow);
  const opening = harness.open(request);
  await expect.poll(async () => (await harness.checkout(orderId))?.parameters).toBeTruthy();
  expect(await harness.expire(orderId)).toEqual({ ok: true, status: 'expired' });
  await opening;
  const { data } = await harness.stripe.checkout.sessions.list({ limit: 100 });
  const own = data.filter((session) => session.client_reference_id === orderId);
  expect(own.map(({ status }) => status)).toEqual(['expired']);
  expect(await harness.open(request)).toMatchObject({ error: { code: 'stripe-unavailable' } });
});

it('died before Stripe was asked for anything: there is nothing to end, and nothing is made', async () => {
  const orderId = newId();
  const before = (await harness.stripe.checkout.sessions.list({ limit: 100 })).data.length;
  await harness.checkouts().insertOne({
    _id: orderId,
    status: 'opening',
    parameters: null,
    attempt: 1,
    sessionId: null,
    url: null,
    expiresAt: new Date(),
    paymentIntentId: null,
    amount: null,
    currency: null,
    settled: false,
    createdAt: new Date(),
    looks: 0,
    nextLookAt: null,
  });
  expect(await harness.expire(orderId)).toEqual({ ok: true, status: 'expired' });
  expect((await harness.stripe.checkout.sessions.list({ limit: 100 })).data).toHaveLength(before);
});

it('a customer whom Stripe has forgotten is made anew, so that a shop can change from the stand-in to Stripe', async () => {
  const request = harness.request();
  await harness.database
    .collection<{ _id: string; customerId: string }>('customers')
    .insertOne({ _id: request.userId, customerId: 'cus_of_another_account' });
  const { orderId, sessionId } = await harness.opened(request);
  const session = await harness.stripe.checkout.sessions.retrieve(sessionId, { expand: ['customer'] });
  expect(session).toMatchObject({ client_reference_id: orderId, customer: { email: request.email } });
  expect(await harness.open(request)).toMatchObject({ ok: true, sessionId });
});

it('a session that Stripe has forgotten can not be paid, so it counts as expired', async () => {
  const { orderId } = await harness.opened();
  await harness.checkouts().updateOne({ _id: orderId }, { $set: { sessionId: 'cs_test_forgotten' } });
  expect(await harness.statusOf(orderId)).toBe('expired');
  await harness.expectEvents(orderId, ['payment.expired']);
});

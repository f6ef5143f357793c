import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

it('a payment: the page is opened, paid, and the shop hears of it once', async () => {
  const { orderId, sessionId, url } = await bed.opened();
  expect(url).toContain(sessionId);
  expect(await bed.statusOf(orderId)).toBe('open');
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
  expect(bed.told[0]).toMatchObject({
    messageId: `payment.succeeded:${sessionId}`,
    payload: {
      sessionId,
      amount: 2 * 1999 + 4000 + 500,
      currency: 'SGD',
      paymentIntentId: expect.stringMatching(/^pi_/),
    },
  });
  expect(await bed.statusOf(orderId)).toBe('paid');
  await bed.hears(orderId, ['payment.succeeded']);
});

it('Stripe sees the order as the shop sees it: lines, shipping, countries, metadata, addresses to come back to', async () => {
  const request = bed.request();
  const { orderId, sessionId } = await bed.opened(request);
  const session = await bed.stripe.checkout.sessions.retrieve(sessionId, {
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

it('the same order asked for again, twice at once or later, has the same page; the account has one customer', async () => {
  const request = bed.request();
  const [first, second] = await Promise.all([bed.open(request), bed.open(request)]);
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(first);
  expect(await bed.open(request)).toEqual(first);
  const other = await bed.opened({ ...bed.request(), userId: request.userId, email: request.email });
  const sessions = await Promise.all(
    [first, other].map((reply) =>
      bed.stripe.checkout.sessions.retrieve('sessionId' in reply ? reply.sessionId : ''),
    ),
  );
  expect(sessions[0]?.customer).toBe(sessions[1]?.customer);
  const customers = await bed.stripe.customers.list({ email: request.email });
  expect(customers.data).toHaveLength(1);
});

it('a page that expired tells the shop, and can not be opened again', async () => {
  const request = bed.request();
  const { orderId, sessionId } = await bed.opened(request);
  await bed.control('POST', `/sessions/${sessionId}/expire`);
  await bed.hears(orderId, ['payment.expired']);
  expect(bed.told[0]?.messageId).toBe(`payment.expired:${sessionId}`);
  expect(await bed.statusOf(orderId)).toBe('expired');
  expect(await bed.open(request)).toMatchObject({ ok: false, error: { code: 'stripe-unavailable' } });
});

it('a shopper who goes back ends the page; one who has paid meanwhile has paid', async () => {
  const open = await bed.opened();
  expect(await bed.expire(open.orderId)).toEqual({ ok: true, status: 'expired' });
  await bed.hears(open.orderId, ['payment.expired']);
  expect((await bed.stripe.checkout.sessions.retrieve(open.sessionId)).status).toBe('expired');
  expect(await bed.expire(open.orderId)).toEqual({ ok: true, status: 'expired' });

  await bed.webhooks({ paused: true });
  const paid = await bed.opened();
  await bed.pay(paid.sessionId);
  expect(await bed.expire(paid.orderId)).toEqual({ ok: true, status: 'paid' });
  await bed.hears(paid.orderId, ['payment.succeeded']);
});

it('an order without a checkout is told apart from one that is not paid', async () => {
  expect(await bed.statusOf(newId())).toBe('checkout-unknown');
  expect(await bed.expire(newId())).toMatchObject({ ok: false, error: { code: 'checkout-unknown' } });
});

it('a card that is declined changes nothing but a count, and the next one pays', async () => {
  const { orderId, sessionId } = await bed.opened();
  const declined = await bed.control('POST', '/pay', { session: sessionId, card: '4000000000009995' });
  expect(declined).toMatchObject({ outcome: 'declined', decline_code: 'insufficient_funds' });
  await expect.poll(() => bed.metrics()).toContain('payment_declines_total{code="insufficient_funds"');
  expect(await bed.statusOf(orderId)).toBe('open');
  await bed.pay(sessionId);
  await bed.hears(orderId, ['payment.succeeded']);
});

it('Stripe that does not answer is a plain answer to the shop, and the next try gets the page', async () => {
  const request = bed.request();
  await bed.control('POST', '/api-faults', {
    fault: 'error',
    count: 3,
    method: 'POST',
    path: '/v1/checkout/sessions',
  });
  expect(await bed.open(request)).toMatchObject({ ok: false, error: { code: 'stripe-unavailable' } });
  expect(await bed.open(request)).toMatchObject({ ok: true });
  expect(await bed.statusOf(request.orderId)).toBe('open');

  await bed.control('POST', '/api-faults', { fault: 'error', count: 2, method: 'GET' });
  expect(await bed.statusOf(request.orderId)).toBe('stripe-unavailable');
});

it('an answer of Stripe that got lost does not make a second page', async () => {
  const request = bed.request();
  await bed.control('POST', '/api-faults', {
    fault: 'drop',
    when: 'after',
    count: 1,
    method: 'POST',
    path: '/v1/checkout/sessions',
  });
  const { sessionId } = await bed.opened(request);
  const sessions = await bed.stripe.checkout.sessions.list({ limit: 100 });
  const own = sessions.data.filter((session) => session.client_reference_id === request.orderId);
  expect(own.map(({ id }) => id)).toEqual([sessionId]);
});

it('died after Stripe made the page and before it was written down: ending it ends the page at Stripe', async () => {
  const request = bed.request();
  const { orderId, sessionId } = await bed.opened(request);
  await bed
    .checkouts()
    .updateOne(
      { _id: orderId },
      { $set: { status: 'opening', sessionId: null, url: null, nextLookAt: null } },
    );
  expect(await bed.expire(orderId)).toEqual({ ok: true, status: 'expired' });
  expect((await bed.stripe.checkout.sessions.retrieve(sessionId)).status).toBe('expired');
  await bed.hears(orderId, ['payment.expired']);
});

it('ended while it is being opened: nobody is left with a page to pay on', async () => {
  const request = bed.request();
  const { orderId } = request;
  const slow = { fault: 'delay', delayMs: 400, count: 1, method: 'POST', path: '/v1/checkout/sessions' };
  await bed.control('POST', '/api-faults', slow);
  const opening = bed.open(request);
  await expect.poll(async () => (await bed.checkout(orderId))?.parameters).toBeTruthy();
  expect(await bed.expire(orderId)).toEqual({ ok: true, status: 'expired' });
  await opening;
  const { data } = await bed.stripe.checkout.sessions.list({ limit: 100 });
  const own = data.filter((session) => session.client_reference_id === orderId);
  expect(own.map(({ status }) => status)).toEqual(['expired']);
  expect(await bed.open(request)).toMatchObject({ error: { code: 'stripe-unavailable' } });
});

it('died before Stripe was asked for anything: there is nothing to end, and nothing is made', async () => {
  const orderId = newId();
  const before = (await bed.stripe.checkout.sessions.list({ limit: 100 })).data.length;
  await bed.checkouts().insertOne({
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
  expect(await bed.expire(orderId)).toEqual({ ok: true, status: 'expired' });
  expect((await bed.stripe.checkout.sessions.list({ limit: 100 })).data).toHaveLength(before);
});

it('a customer whom Stripe has forgotten is made anew, so that a shop can change from the stand-in to Stripe', async () => {
  const request = bed.request();
  await bed.database
    .collection<{ _id: string; customerId: string }>('customers')
    .insertOne({ _id: request.userId, customerId: 'cus_of_another_account' });
  const { orderId, sessionId } = await bed.opened(request);
  const session = await bed.stripe.checkout.sessions.retrieve(sessionId, { expand: ['customer'] });
  expect(session).toMatchObject({ client_reference_id: orderId, customer: { email: request.email } });
  expect(await bed.open(request)).toMatchObject({ ok: true, sessionId });
});

it('a session that Stripe has forgotten can not be paid, so its order hears that it expired', async () => {
  const { orderId } = await bed.opened();
  await bed.checkouts().updateOne({ _id: orderId }, { $set: { sessionId: 'cs_test_forgotten' } });
  expect(await bed.statusOf(orderId)).toBe('expired');
  await bed.hears(orderId, ['payment.expired']);
});

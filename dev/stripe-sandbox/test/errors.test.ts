import Stripe from 'stripe';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  KEY,
  MUG,
  ORDER,
  pay,
  refusalOf,
  SHIPPING,
  sdkFor,
  startSandbox,
  type TestSandbox,
} from './support.js';

let sandbox: TestSandbox;
let stripe: Stripe;

beforeEach(async () => {
  sandbox = await startSandbox({ SANDBOX_API_KEY: KEY });
  stripe = sandbox.stripe;
});

/** Sends what the SDK's types would not let through. */
function create(changes: object) {
  return refusalOf(
    stripe.checkout.sessions.create({ ...ORDER, ...changes } as Stripe.Checkout.SessionCreateParams),
  );
}

describe('Stripe says no in the words the shop will meet in real life', () => {
  test('a wrong key, a live key and no key are each a 401 that says what is wrong', async () => {
    const wrong = await refusalOf(sdkFor(sandbox.port, 'sk_test_somebody_else').customers.list());
    expect(wrong).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(wrong.message).toMatch(/^Invalid API Key provided: sk_test_\*+else$/);
    const live = await refusalOf(sdkFor(sandbox.port, 'sk_live_0000').customers.list());
    expect(live.statusCode).toBe(401);
    expect(live.message).toContain('must never see a live key');
    const none = await fetch(`http://127.0.0.1:${sandbox.port}/v1/customers`);
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  test('things that do not exist are 404 resource_missing', async () => {
    const missing = await refusalOf(stripe.paymentIntents.retrieve('pi_x'));
    expect(missing).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(missing).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such payment_intent: 'pi_x'",
    });
    expect(missing.requestId).toMatch(/^req_\w{14}$/);
    for (const call of [
      stripe.checkout.sessions.retrieve('cs_x'),
      stripe.customers.retrieve('cus_x'),
      stripe.charges.retrieve('ch_x'),
      stripe.refunds.retrieve('re_x'),
      stripe.events.retrieve('evt_x'),
      stripe.disputes.retrieve('du_x'),
      stripe.webhookEndpoints.del('we_x'),
    ]) {
      expect(await refusalOf(call)).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    }
    expect(await create({ customer: 'cus_x' })).toMatchObject({ statusCode: 400, code: 'resource_missing' });
  });

  test('payment_method_types, which Stripe has removed, is an unknown parameter', async () => {
    expect(await create({ payment_method_types: ['card'] })).toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      message: 'Received unknown parameter: payment_method_types',
    });
    const nested = { ...MUG, price_data: { ...MUG.price_data, colour: 'red' } };
    expect(await create({ line_items: [nested] })).toMatchObject({
      code: 'parameter_unknown',
      param: 'line_items[0][price_data][colour]',
    });
  });

  test('what the stand-in does not understand is refused, not ignored', async () => {
    expect(await create({ discounts: [{ coupon: 'ten' }] })).toMatchObject({
      code: 'parameter_unknown',
      param: 'discounts',
    });
    expect(await create({ mode: 'subscription' })).toMatchObject({ param: 'mode' });
    expect(await create({ shipping_options: [SHIPPING, SHIPPING] })).toMatchObject({
      param: 'shipping_options',
    });
    expect(await refusalOf(stripe.checkout.sessions.list({ status: 'open' }))).toMatchObject({
      code: 'parameter_unknown',
      param: 'status',
    });
  });

  test.each(['automatic_tax', 'adaptive_pricing'])(
    '%s can be switched off, and there is none to switch on',
    async (name) => {
      const session = await stripe.checkout.sessions.create({ ...ORDER, [name]: { enabled: false } });
      expect(session).toMatchObject({ amount_total: 4498, [name]: { enabled: false } });
      expect(await create({ [name]: { enabled: true } })).toMatchObject({ param: `${name}[enabled]` });
    },
  );

  test('missing parameters, fractions and addresses that are none are named', async () => {
    expect(await create({ success_url: undefined })).toMatchObject({
      code: 'parameter_missing',
      param: 'success_url',
    });
    expect(await create({ line_items: undefined })).toMatchObject({
      code: 'parameter_missing',
      param: 'line_items',
    });
    const priced = (price: object) => ({
      line_items: [{ ...MUG, price_data: { ...MUG.price_data, ...price } }],
    });
    expect(await create(priced({ unit_amount: 19.99 }))).toMatchObject({
      code: 'parameter_invalid_integer',
      message: 'Invalid integer: 19.99',
      param: 'line_items[0][price_data][unit_amount]',
    });
    expect(await create(priced({ unit_amount: -1 }))).toMatchObject({ code: 'parameter_invalid_integer' });
    expect(await create(priced({ currency: 'xx' }))).toMatchObject({
      message: expect.stringContaining('Invalid currency'),
    });
    expect(await create({ line_items: [{ ...MUG, quantity: 0 }] })).toMatchObject({
      code: 'parameter_invalid_integer',
    });
    expect(await create({ success_url: 'not a url' })).toMatchObject({
      code: 'url_invalid',
      param: 'success_url',
    });
    expect(await create({ success_url: 'javascript:alert(1)' })).toMatchObject({ code: 'url_invalid' });
    expect(await refusalOf(stripe.customers.create({ email: 'nobody' }))).toMatchObject({
      code: 'email_invalid',
      message: 'Invalid email address: nobody',
    });
  });

  test('totals below the currency minimum and above eight digits are refused', async () => {
    const only = (unit_amount: number, quantity = 1) => ({
      line_items: [{ ...MUG, quantity, price_data: { ...MUG.price_data, unit_amount } }],
      shipping_options: [],
    });
    expect(await create(only(49))).toMatchObject({
      code: 'amount_too_small',
      message: expect.stringContaining('at least S$\u00a00.50'),
    });
    expect(await create(only(99_999_999, 2))).toMatchObject({ code: 'amount_too_large' });
    const smallest = await stripe.checkout.sessions.create({
      ...ORDER,
      ...only(50),
    } as Stripe.Checkout.SessionCreateParams);
    expect(smallest.amount_total).toBe(50);
  });

  test('a session lives between thirty minutes and a day', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await create({ expires_at: now + 29 * 60 })).toMatchObject({
      param: 'expires_at',
      message: expect.stringContaining('at least 30 minutes'),
    });
    expect(await create({ expires_at: now + 25 * 3600 })).toMatchObject({
      message: expect.stringContaining('less than 24 hours'),
    });
    const session = await stripe.checkout.sessions.create({ ...ORDER, expires_at: now + 31 * 60 });
    expect(session.expires_at).toBe(now + 31 * 60);
    const usual = await stripe.checkout.sessions.create(ORDER);
    expect(usual.expires_at - usual.created).toBe(24 * 3600);
  });

  test('only an open session can be expired', async () => {
    const session = await stripe.checkout.sessions.create(ORDER);
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired', url: null });
    expect(await refusalOf(stripe.checkout.sessions.expire(session.id))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('status of expired'),
    });
    expect(await pay(sandbox, session.id)).toEqual({ outcome: 'not_open', status: 'expired' });
  });

  test('expand refuses paths that lead nowhere', async () => {
    const session = await stripe.checkout.sessions.create(ORDER);
    const retrieve = (path: string) =>
      refusalOf(stripe.checkout.sessions.retrieve(session.id, { expand: [path] }));
    expect((await retrieve('nonsense')).message).toBe('This property cannot be expanded (nonsense).');
    expect((await retrieve('status')).message).toBe('This property cannot be expanded (status).');
    expect((await retrieve('line_items.data.price')).message).toContain('cannot be expanded');
  });

  test('unknown addresses, JSON bodies, oversized and too deeply nested ones get a status and a sentence', async () => {
    const send = (path: string, body: string, type = 'application/x-www-form-urlencoded') =>
      fetch(`http://127.0.0.1:${sandbox.port}/v1${path}`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': type },
      });
    const unknown = await send('/subscriptions', '');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      error: { message: expect.stringContaining('Unrecognized request URL (POST: /v1/subscriptions)') },
    });
    expect((await send('/customers', '{}', 'application/json')).status).toBe(400);
    expect((await send('/customers', `email=${'x'.repeat(300_000)}`)).status).toBe(413);
    expect((await send('/customers', `metadata${'[a]'.repeat(20)}=1`)).status).toBe(400);
    expect((await send('/customers', 'metadata[__proto__]=1&email[$ne]=')).status).toBe(400);
  });

  test('lists understand both a[0]= and a[]=', async () => {
    const response = await fetch(
      `http://127.0.0.1:${sandbox.port}/v1/events?types[]=charge.failed&types[]=refund.failed`,
      {
        headers: { authorization: `Bearer ${KEY}` },
      },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ object: 'list', data: [], has_more: false, url: '/v1/events' });
  });

  test('a request that names another host is refused', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(
        { port: sandbox.port, host: '127.0.0.1', headers: { host: 'evil.example.com' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });
});

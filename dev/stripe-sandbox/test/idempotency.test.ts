import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { atTheEnd, control, KEY, ORDER, pay, refusalOf, sdkFor, startSandbox } from './support.js';

test('the same key and parameters give the same session, and the answer says that it is a repetition', async () => {
  const { stripe, port } = await startSandbox();
  const first = await stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'checkout:o1:1' });
  const again = await stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'checkout:o1:1' });
  expect(again.id).toBe(first.id);
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(again.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
  expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  const reordered = await fetch(
    `http://127.0.0.1:${port}/v1/customers`,
    post('k2', 'metadata[userId]=u1&email=a%40x.io'),
  );
  const turned = await fetch(
    `http://127.0.0.1:${port}/v1/customers`,
    post('k2', 'email=a%40x.io&metadata[userId]=u1'),
  );
  expect(await turned.json()).toEqual(await reordered.json());
});

function post(key: string, body: string): RequestInit {
  return {
    method: 'POST',
    body,
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': key,
    },
  };
}

test('the same key with other parameters, or for another address, is an idempotency_error', async () => {
  const { stripe } = await startSandbox();
  await stripe.customers.create({ email: 'a@x.io' }, { idempotencyKey: 'k' });
  const other = await refusalOf(stripe.customers.create({ email: 'b@x.io' }, { idempotencyKey: 'k' }));
  expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  expect(other.statusCode).toBe(400);
  expect(await refusalOf(stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'k' }))).toMatchObject({
    rawType: 'idempotency_error',
  });
  expect(await refusalOf(stripe.customers.create({}, { idempotencyKey: 'x'.repeat(256) }))).toMatchObject({
    statusCode: 400,
  });
});

test('while the first request with a key is being answered the second gets 409, and the SDK tries again', async () => {
  const { stripe, ...sandbox } = await startSandbox();
  await control(sandbox, 'POST', '/api-faults', { fault: 'delay', delayMs: 400 });
  const slow = stripe.customers.create({ email: 'a@x.io' }, { idempotencyKey: 'k' });
  // The fault is used up as soon as the slow request has arrived.
  await expect.poll(async () => (await control(sandbox, 'GET', '/api-faults')).json).toEqual([]);
  const early = await refusalOf(stripe.customers.create({ email: 'a@x.io' }, { idempotencyKey: 'k' }));
  expect(early).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  const patient = await sdkFor(sandbox.port, KEY, 3).customers.create(
    { email: 'a@x.io' },
    { idempotencyKey: 'k' },
  );
  expect(patient.id).toBe((await slow).id);
  expect((await stripe.customers.list({ email: 'a@x.io' })).data).toHaveLength(1);
});

test('a request that was not valid is not remembered; one that was valid but impossible is', async () => {
  const { stripe, ...sandbox } = await startSandbox();
  await refusalOf(stripe.checkout.sessions.create({ ...ORDER, success_url: 'x' }, { idempotencyKey: 'k' }));
  const mended = await stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'k' });
  await pay(sandbox, mended.id);
  const { payment_intent } = await stripe.checkout.sessions.retrieve(mended.id);
  const refund = { payment_intent: String(payment_intent), amount: 9_999 };
  const first = await refusalOf(stripe.refunds.create(refund, { idempotencyKey: 'r' }));
  const again = await refusalOf(stripe.refunds.create(refund, { idempotencyKey: 'r' }));
  expect(again.message).toBe(first.message);
  expect(again.headers?.['idempotent-replayed']).toBe('true');
});

test('a refund whose answer was lost on the way is one refund when the SDK repeats it', async () => {
  const { stripe, ...sandbox } = await startSandbox();
  const session = await stripe.checkout.sessions.create(ORDER);
  const { payment_intent } = await pay(sandbox, session.id);
  await control(sandbox, 'POST', '/api-faults', { fault: 'drop', when: 'after', path: '/v1/refunds' });
  await control(sandbox, 'POST', '/api-faults', { fault: 'error', when: 'after', path: '/v1/refunds' });
  const patient = sdkFor(sandbox.port, KEY, 3);
  const refund = await patient.refunds.create({ payment_intent: String(payment_intent), amount: 1_000 });
  expect(refund.status).toBe('succeeded');
  expect((await stripe.refunds.list()).data).toHaveLength(1);
});

test('a call that failed before anything was done can be repeated with the same key', async () => {
  const { stripe, ...sandbox } = await startSandbox();
  await control(sandbox, 'POST', '/api-faults', { fault: 'error', count: 1, path: '/v1/customers' });
  const failed = await refusalOf(stripe.customers.create({ email: 'a@x.io' }, { idempotencyKey: 'k' }));
  expect(failed).toBeInstanceOf(Stripe.errors.StripeAPIError);
  expect(failed.statusCode).toBe(500);
  expect((await stripe.customers.create({ email: 'a@x.io' }, { idempotencyKey: 'k' })).email).toBe('a@x.io');
  // Twice: the SDK always tries a connection that was closed under it once more.
  await control(sandbox, 'POST', '/api-faults', { fault: 'drop', count: 2 });
  expect(await refusalOf(stripe.customers.list())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
});

test('a saved answer survives a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
  atTheEnd(() => rm(directory, { recursive: true }));
  const before = await startSandbox({ SANDBOX_DIRECTORY: directory });
  const session = await before.stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'k' });
  await before.stop();
  const after = await startSandbox({ SANDBOX_DIRECTORY: directory, PUBLIC_URL: before.url });
  const again = await after.stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'k' });
  expect(again.id).toBe(session.id);
  expect((await after.stripe.checkout.sessions.list()).data).toHaveLength(1);
  await after.stop();
});

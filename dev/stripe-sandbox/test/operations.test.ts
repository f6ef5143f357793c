import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { beforeEach, expect, test } from 'vitest';
import { eventually, ORDER, pay, SECRET, startReceiver, startSandbox, type TestSandbox } from './support.js';

/** Where the calls are that the stand-in must answer. */
const PAYMENT_SERVICE = join(import.meta.dirname, '../../../payment-service/src');

let sandbox: TestSandbox;
let stripe: Stripe;
let paid: Stripe.Checkout.Session;
let intent: Stripe.PaymentIntent;

beforeEach(async () => {
  sandbox = await startSandbox();
  stripe = sandbox.stripe;
  const { id } = await stripe.checkout.sessions.create(ORDER);
  await pay(sandbox, id);
  paid = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
  intent = paid.payment_intent as Stripe.PaymentIntent;
});

/** Every operation of Stripe that payment-service uses, and what makes the stand-in answer it. */
const operations: Record<string, () => Promise<void>> = {
  'customers.create': async () => {
    const customer = await stripe.customers.create({ email: 'a@x.io', metadata: { userId: 'u1' } });
    expect(customer).toMatchObject({ object: 'customer', email: 'a@x.io', metadata: { userId: 'u1' } });
  },
  'checkout.sessions.create': async () => {
    const customer = (await stripe.customers.create({ email: 'a@x.io' })).id;
    const session = await stripe.checkout.sessions.create(
      { ...ORDER, customer, allowed_payment_method_types: ['card'] },
      { idempotencyKey: 'checkout:o1' },
    );
    expect(session).toMatchObject({ status: 'open', customer, allowed_payment_method_types: ['card'] });
  },
  'checkout.sessions.retrieve': async () => {
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid', amount_total: 4498 });
    expect(intent).toMatchObject({ object: 'payment_intent', status: 'succeeded' });
  },
  'checkout.sessions.expire': async () => {
    const { id } = await stripe.checkout.sessions.create(ORDER);
    expect(await stripe.checkout.sessions.expire(id)).toMatchObject({ id, status: 'expired' });
  },
  'refunds.create': async () => {
    const refund = await stripe.refunds.create(
      {
        payment_intent: intent.id,
        amount: 100,
        reason: 'duplicate',
        metadata: { orderId: 'o1', attempt: '1' },
      },
      { idempotencyKey: 'refund:o1:1' },
    );
    expect(refund).toMatchObject({ status: 'succeeded', amount: 100, metadata: { attempt: '1' } });
  },
  'refunds.retrieve': async () => {
    const { id } = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ id, status: 'succeeded', currency: 'sgd' });
  },
  'refunds.list': async () => {
    const { id } = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
    const { data } = await stripe.refunds.list({ payment_intent: intent.id, limit: 100 });
    expect(data[0]).toMatchObject({ id, payment_intent: intent.id });
  },
  'charges.retrieve': async () => {
    const charge = await stripe.charges.retrieve(String(intent.latest_charge));
    expect(charge).toMatchObject({ paid: true, amount: 4498, metadata: { orderId: 'order-1' } });
  },
  'events.list': async () => {
    const types = ['checkout.session.completed', 'checkout.session.expired'];
    const created = { gte: paid.created, lt: paid.created + 3_600 };
    const { data } = await stripe.events.list({ types, created, limit: 100 });
    expect(data).toContainEqual(expect.objectContaining({ type: 'checkout.session.completed' }));
    expect((await stripe.events.list({ types, created: { lt: paid.created } })).data).toEqual([]);
  },
  'webhooks.constructEvent': async () => {
    const receiver = await startReceiver();
    const other = await startSandbox({ WEBHOOK_ENDPOINT_URL: receiver.url, STRIPE_WEBHOOK_SECRET: SECRET });
    await other.stripe.customers.create({ email: 'a@x.io' });
    await eventually('the receiver verifies the event', () => receiver.events.length === 1);
  },
};

test('all of them are in the list', async () => {
  const used = new Set<string>();
  for (const entry of await readdir(PAYMENT_SERVICE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = await readFile(join(entry.parentPath, entry.name), 'utf8');
    for (const [, operation = ''] of source.matchAll(/\bstripe\.([\w.]+)\(/g)) used.add(operation);
  }
  expect(Object.keys(operations).sort()).toEqual([...used].sort());
});

test.each(Object.entries(operations))('%s is answered', async (_operation, call) => call());

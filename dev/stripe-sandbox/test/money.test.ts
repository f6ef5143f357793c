import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatMoney } from '../src/domain/money.js';
import { atTheEnd, chargesOf, control, intentOf, ORDER, pay, refusalOf, startSandbox } from './support.js';

async function paidOrder() {
  const sandbox = await startSandbox();
  const session = await sandbox.stripe.checkout.sessions.create(ORDER);
  const { payment_intent } = await pay(sandbox, session.id);
  return { sandbox, stripe: sandbox.stripe, session, intent: String(payment_intent) };
}

describe('refunds', () => {
  test('in parts until nothing is left, and never more than was paid', async () => {
    const { sandbox, stripe, intent } = await paidOrder();
    const first = await stripe.refunds.create({
      payment_intent: intent,
      amount: 1_000,
      reason: 'requested_by_customer',
    });
    expect(first).toMatchObject({
      amount: 1_000,
      status: 'succeeded',
      currency: 'sgd',
      payment_intent: intent,
    });
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent, amount: 3_499 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount (S$\u00a034.99) is greater than unrefunded amount on charge (S$\u00a034.98)',
    });
    const rest = await stripe.refunds.create({ payment_intent: intent });
    expect(rest.amount).toBe(3_498);
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
    });
    const [charge] = await chargesOf(sandbox);
    expect(charge).toMatchObject({ amount_refunded: 4_498, refunded: true });
    const refunds = await stripe.refunds.list({ payment_intent: intent });
    expect(refunds.data.map(({ id }) => id)).toEqual([rest.id, first.id]);
    expect((await stripe.refunds.list({ payment_intent: intent, limit: 1 })).has_more).toBe(true);
    expect((await control(sandbox, 'GET', '/ledger')).json).toMatchObject({
      payments: [
        { amount: 4_498, amount_refunded: 4_498, metadata: { orderId: 'order-1' }, disputed: false },
      ],
    });
  });

  test('twenty at once for the whole amount return it once', async () => {
    const { stripe, intent } = await paidOrder();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent, amount: 4_498 })),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await stripe.refunds.list()).data).toHaveLength(1);
  });

  test('nothing that was not paid can be refunded, and bad requests are named', async () => {
    const sandbox = await startSandbox();
    const { stripe } = sandbox;
    const session = await stripe.checkout.sessions.create(ORDER);
    await pay(sandbox, session.id, '4000000000000002');
    const intent = await intentOf(sandbox, session.id);
    expect((await refusalOf(stripe.refunds.create({ payment_intent: intent!.id }))).message).toContain(
      'does not have a successful charge',
    );
    expect(await refusalOf(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
    expect(await refusalOf(stripe.refunds.create({ payment_intent: 'pi_x' }))).toMatchObject({
      code: 'resource_missing',
    });
    const fraction = stripe.refunds.create({ payment_intent: intent!.id, amount: 0.5 });
    expect(await refusalOf(fraction)).toMatchObject({ code: 'parameter_invalid_integer' });
  });
});

describe('one payment for one session', () => {
  test('fifty payments at once charge once', async () => {
    const sandbox = await startSandbox();
    const session = await sandbox.stripe.checkout.sessions.create(ORDER);
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay(sandbox, session.id)));
    expect(answers.filter(({ outcome }) => outcome === 'paid')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 'complete')).toHaveLength(49);
    expect(await chargesOf(sandbox)).toHaveLength(1);
  });

  test('a session that runs out is expired for its readers and told by an event, with its payment intent cancelled', async () => {
    const sandbox = await startSandbox();
    const { stripe } = sandbox;
    const session = await stripe.checkout.sessions.create(ORDER);
    await pay(sandbox, session.id, '4000000000000002');
    expect((await control(sandbox, 'POST', `/sessions/${session.id}/expire`)).json).toMatchObject({
      status: 'expired',
    });
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'expired',
      payment_status: 'unpaid',
    });
    expect(await intentOf(sandbox, session.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
    });
    const { data } = await stripe.events.list({ types: ['checkout.session.expired'] });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      request: { id: null },
      data: { object: { id: session.id, status: 'expired' } },
    });
    expect((await control(sandbox, 'POST', `/sessions/${session.id}/expire`)).status).toBe(409);
  });
});

describe('what is remembered', () => {
  test('a payment, a refund and the order of things survive a restart', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
    atTheEnd(() => rm(directory, { recursive: true }));
    const before = await startSandbox({ SANDBOX_DIRECTORY: directory });
    const customer = await before.stripe.customers.create({ email: 'a@x.io' });
    const session = await before.stripe.checkout.sessions.create({ ...ORDER, customer: customer.id });
    const { payment_intent } = await pay(before, session.id);
    const refund = await before.stripe.refunds.create({
      payment_intent: String(payment_intent),
      amount: 100,
    });
    await before.stop();
    const { stripe, ...after } = await startSandbox({ SANDBOX_DIRECTORY: directory });
    expect((await stripe.customers.list({ email: 'a@x.io' })).data[0]?.id).toBe(customer.id);
    const found = await stripe.checkout.sessions.list();
    expect(found.data).toMatchObject([
      { id: session.id, payment_intent, status: 'complete', payment_status: 'paid' },
    ]);
    expect((await stripe.refunds.list()).data.map(({ id }) => id)).toEqual([refund.id]);
    expect((await stripe.events.list({ limit: 100 })).data).toHaveLength(8);
    const next = await stripe.customers.create({ email: 'b@x.io' });
    expect((await stripe.customers.list()).data.map(({ id }) => id)).toEqual([next.id, customer.id]);
    await after.stop();
  });
});

describe('customers and lists', () => {
  test('are found by exact e-mail, newest first', async () => {
    const { stripe } = await startSandbox();
    const first = await stripe.customers.create({ email: 'a+b@x.io', metadata: { userId: 'u1' } });
    const second = await stripe.customers.create({ email: 'a+b@x.io' });
    await stripe.customers.create({ email: 'c@x.io' });
    const found = await stripe.customers.list({ email: 'a+b@x.io' });
    expect(found.data.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(found.data[1]?.metadata).toEqual({ userId: 'u1' });
    expect((await stripe.customers.list({ email: 'A+b@x.io' })).data).toEqual([]);
  });

  test('pages go forwards, and the SDK walks through all of them', async () => {
    const { stripe } = await startSandbox();
    const made: string[] = [];
    for (let index = 0; index < 12; index += 1)
      made.unshift((await stripe.customers.create({ email: `c${index}@x.io` })).id);
    const page = await stripe.customers.list({ limit: 5 });
    expect(page).toMatchObject({ object: 'list', has_more: true, url: '/v1/customers' });
    expect(page.data.map(({ id }) => id)).toEqual(made.slice(0, 5));
    const next = await stripe.customers.list({ limit: 5, starting_after: made[4]! });
    expect(next.data.map(({ id }) => id)).toEqual(made.slice(5, 10));
    const all: string[] = [];
    for await (const { id } of stripe.customers.list({ limit: 5 })) all.push(id);
    expect(all).toEqual(made);
    expect(await refusalOf(stripe.customers.list({ starting_after: 'cus_x' }))).toMatchObject({
      param: 'starting_after',
    });
    expect(await refusalOf(stripe.customers.list({ limit: 101 }))).toMatchObject({
      code: 'parameter_invalid_integer',
    });
  });
});

test('money is written with the decimals of its currency', () => {
  expect(formatMoney(1234, 'sgd')).toBe('S$\u00a012.34');
  expect(formatMoney(1234, 'usd')).toBe('$12.34');
  expect(formatMoney(1234, 'jpy')).toBe('¥1,234');
  expect(formatMoney(5, 'eur')).toBe('€0.05');
});

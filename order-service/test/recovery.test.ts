import { randomUUID } from 'node:crypto';
import { type OrderState, orderPaid } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredOrder } from '../src/store/order-schema.js';
import { openOrderCollection } from '../src/store/orders.js';
import { createOutboxStore } from '../src/store/outboxes.js';
import { mug, OrderHarness } from './harness.js';

/** What a process leaves behind that dies at the worst moment, and what cleans it up. */
const fast = { CHECKOUT_SWEEP_MS: '100', OUTBOX_RELAY_MS: '100' };
let harness: OrderHarness;
beforeAll(async () => {
  harness = await OrderHarness.start(fast);
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

const longAgo = new Date(Date.now() - 60 * 60_000);
/** The order is due for a check. */
const due = { nextLookAt: longAgo };

async function left(orderId: string, set: Partial<StoredOrder>): Promise<void> {
  await harness.orders().updateOne({ _id: orderId }, { $set: set });
}
async function stateOf(orderId: string): Promise<OrderState> {
  return (await harness.stored(orderId)).state;
}
async function wasChecked(orderId: string): Promise<void> {
  await expect.poll(async () => (await harness.stored(orderId)).nextLookAt > new Date()).toBe(true);
}

describe('the sweeper', () => {
  it('finds a payment of which no event came', async () => {
    const { orderId } = await harness.placed();
    harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
    await left(orderId, due);
    await harness.reaches(orderId, 'paid');
    await harness.expectEvents(orderId, ['order.paid']);
  });

  it('cancels an order whose page Stripe has closed', async () => {
    const { orderId } = await harness.placed();
    harness.answers.checkPayment = async () => ({ ok: true, status: 'expired' });
    await left(orderId, due);
    await harness.reaches(orderId, 'cancelled');
    await harness.expectEvents(orderId, ['order.cancelled']);
  });

  it('leaves an open page alone until its time is over, and then closes it', async () => {
    const { orderId } = await harness.placed();
    await left(orderId, due);
    await wasChecked(orderId);
    await expect.poll(() => harness.kit.requestsOf('check-payment')).toContainEqual({ orderId });
    expect(await stateOf(orderId)).toBe('awaiting-payment');
    expect(harness.kit.requestsOf('expire-checkout')).toEqual([]);

    await left(orderId, { ...due, expiresAt: longAgo });
    await harness.reaches(orderId, 'cancelled');
    expect((await harness.stored(orderId)).cancelReason).toBe('payment-expired');
  });

  it('cancels nothing about which Stripe can not be asked', async () => {
    const { orderId } = await harness.placed();
    const details = undefined;
    harness.answers.expireCheckout = async () => ({
      ok: false,
      error: { code: 'stripe-unavailable', message: 'no', details },
    });
    await left(orderId, { ...due, expiresAt: longAgo });
    await expect.poll(() => harness.kit.requestsOf('expire-checkout')).toContainEqual({ orderId });
    await wasChecked(orderId);
    expect(await stateOf(orderId)).toBe('awaiting-payment');
  });

  it('cancels an order that a dead checkout left without a page, after a while, and frees its stock', async () => {
    const { orderId } = await harness.placed();
    const details = undefined;
    harness.answers.expireCheckout = async () => ({
      ok: false,
      error: { code: 'checkout-unknown', message: 'no', details },
    });
    await left(orderId, { ...due, checkout: null });
    await wasChecked(orderId);
    expect(harness.kit.requestsOf('expire-checkout')).toEqual([]);
    expect(await stateOf(orderId)).toBe('awaiting-payment');

    await left(orderId, { ...due, createdAt: new Date(Date.now() - 11 * 60_000) });
    await harness.reaches(orderId, 'cancelled');
    expect((await harness.stored(orderId)).cancelReason).toBe('checkout-abandoned');
    await harness.expectEvents(orderId, ['order.cancelled']);
  });

  it('finds that such an order was paid after all', async () => {
    const { orderId } = await harness.placed();
    harness.answers.expireCheckout = async () => ({ ok: true, status: 'paid' });
    await left(orderId, { ...due, checkout: null, createdAt: longAgo });
    await harness.reaches(orderId, 'paid');
  });

  it('asks for a refund again, under the same attempt, when no outcome comes', async () => {
    const { orderId } = await harness.paid();
    await left(orderId, { state: 'refunding', refundAttempts: 2, refundReason: 'duplicate', ...due });
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested']);
    expect(harness.kit.events.at(-1)).toMatchObject({
      messageId: `order.refund-requested:${orderId}:2`,
      payload: { attempt: 2, reason: 'duplicate' },
    });
    await wasChecked(orderId);
    expect((await harness.stored(orderId)).nextLookAt.getTime() - Date.now()).toBeGreaterThan(4 * 60_000);
  });
});

describe('the outbox', () => {
  const messageOf = (orderId: string, userId: string) => ({
    messageId: `order.paid:${orderId}`,
    event: orderPaid.name,
    payload: { ...orderPaid.example, orderId, userId },
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  });

  it('of a process that died is sent by the next one, in its order, and is empty then', async () => {
    const { orderId, person } = await harness.placed();
    await harness.stopService();
    const paid = messageOf(orderId, person.userId);
    const refundWanted = {
      ...paid,
      messageId: `order.refund-requested:${orderId}:1`,
      event: 'order.refund-requested',
      payload: {
        orderId,
        number: 'MM-1',
        userId: person.userId,
        occurredAt: '2026-11-21T12:01:00.000Z',
        reason: 'duplicate',
        attempt: 1,
      },
    };
    await left(orderId, { state: 'refunding', outbox: [paid, refundWanted], outboxFilled: true });
    await harness.startService(fast);
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested']);
    // The trace of the request that a dead process worked on goes on.
    expect(harness.kit.events.map(({ traceId }) => traceId)).toEqual(['a'.repeat(32), 'a'.repeat(32)]);
    await expect.poll(async () => (await harness.stored(orderId)).outbox).toEqual([]);
    expect(await harness.stored(orderId)).not.toHaveProperty('outboxFilled');
  });

  it('waits while the broker takes no events, and the transition itself is done all the same', async () => {
    const { orderId } = await harness.placed();
    const exchange = `exchanges/${encodeURIComponent(harness.kit.vhost.name)}/events.order-service`;
    await harness.kit.vhost.management.remove(exchange);
    await harness.emitPaid(orderId);
    await harness.reaches(orderId, 'paid');
    expect((await harness.stored(orderId)).outbox).toMatchObject([{ messageId: `order.paid:${orderId}` }]);
    // An operator sees that something waits, and how long.
    await expect.poll(() => harness.sample('order_outbox_orders{')).toBe(1);
    await expect.poll(() => harness.sample('order_outbox_oldest_seconds{')).toBeGreaterThan(0.2);

    await harness.kit.vhost.management.put(exchange, { type: 'topic', durable: true });
    for (const queue of ['product-service.events', 'payment-service.events']) {
      const bindings = `bindings/${encodeURIComponent(harness.kit.vhost.name)}/e/events.order-service/q/${queue}`;
      await harness.kit.vhost.management.post(bindings, {
        routing_key: queue.startsWith('product') ? 'order.paid' : 'order.refund-requested',
      });
    }
    await harness.expectEvents(orderId, ['order.paid']);
    await expect.poll(async () => (await harness.stored(orderId)).outbox).toEqual([]);
    await expect.poll(() => harness.sample('order_outbox_orders{')).toBe(0);
    await expect.poll(() => harness.sample('order_outbox_oldest_seconds{')).toBe(0);
  });

  it('holds what joins it while it is being sent', async () => {
    const { orderId, person } = await harness.placed();
    await harness.stopService();
    const store = createOutboxStore(await openOrderCollection(harness.database));
    const first = messageOf(orderId, person.userId);
    const second = { ...first, messageId: 'second' };
    const third = { ...first, messageId: 'third' };
    await left(orderId, { outbox: [first], outboxFilled: true });
    const read = await store.messagesOf(orderId);
    await left(orderId, { outbox: [first, second] });
    await store.markSent(orderId, read);
    expect((await harness.stored(orderId)).outbox).toEqual([second]);
    // Another process was quicker with the first of two, and a third has joined: as long as before, but not the same.
    await left(orderId, { outbox: [second, third] });
    await store.markSent(orderId, [first, second]);
    expect(await harness.stored(orderId)).toMatchObject({ outbox: [third], outboxFilled: true });
    await store.markSent(orderId, [third]);
    expect(await harness.stored(orderId)).not.toHaveProperty('outboxFilled');
    await harness.startService(fast);
  });
});

it('events that can not be sent starve no other, and are tried ever more rarely', async () => {
  const { orderId: template, person } = await harness.paid();
  await expect.poll(async () => (await harness.stored(template)).outbox).toEqual([]);
  const vhost = encodeURIComponent(harness.kit.vhost.name);
  const queue = `bindings/${vhost}/e/events.order-service/q/payment-service.events`;
  const unroutable = 'order.refund-requested';
  await harness.kit.vhost.management.remove(`${queue}/${unroutable}`);
  await harness.stopService();
  const order = await harness.stored(template);
  const waiting = (event: string, payload: object, since = new Date()): StoredOrder => {
    const _id = newId();
    const common = { orderId: _id, number: order.number, userId: person.userId };
    const occurredAt = since.toISOString();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const message = { messageId: `${event}:${_id}`, event, payload: { ...common, occurredAt, ...payload } };
    return {
      ...order,
      _id,
      number: _id,
      checkoutId: _id,
      outbox: [{ ...message, traceparent }],
      outboxFilled: true,
      outboxSince: since,
    };
  };
  const poison = Array.from({ length: 150 }, (_, index) =>
    waiting(unroutable, { reason: 'duplicate', attempt: 1 }, index === 149 ? longAgo : new Date()),
  );
  const lines = [{ productId: mug, quantity: 2 }];
  const good = waiting('order.paid', { lines, total: 4200, currency: 'SGD' });
  await harness.orders().insertMany([...poison, good]);

  const started = Date.now();
  await harness.startService(fast);
  await harness.expectEvents(good._id, ['order.paid']);
  const ids = { _id: { $in: poison.map(({ _id }) => _id) } };
  const attempts = async () =>
    (await harness.orders().find(ids).toArray()).map(({ outboxAttempts = 0 }) => outboxAttempts);
  await expect.poll(async () => Math.min(...(await attempts())), { timeout: 20_000 }).toBeGreaterThan(4);
  // By now a pause is more than ten times as long as the first.
  const retryAt = async () =>
    (await harness.orders().find(ids).toArray()).map(({ outboxRetryAt }) => outboxRetryAt?.getTime() ?? 0);
  await expect
    .poll(async () => Math.min(...(await retryAt())) - Date.now(), { timeout: 20_000 })
    .toBeGreaterThan(1_000);
  await expect.poll(() => harness.sample('order_outbox_orders{')).toBe(150);
  await expect.poll(() => harness.sample('order_outbox_oldest_seconds{')).toBeGreaterThan(3_500);

  // Pauses of 100, 200, 400 … ms: so many tries fit into the time that has passed, and no more were made.
  const failed = (await harness.sample(`events_published_total{event="${unroutable}",outcome="failed"`)) ?? 0;
  const most = 1 + Math.floor(Math.log2(1 + (Date.now() - started) / Number(fast.OUTBOX_RELAY_MS)));
  expect(Math.max(...(await attempts()))).toBeLessThanOrEqual(most);
  expect(failed).toBeLessThanOrEqual(poison.length * most);

  await harness.orders().deleteMany({ _id: { $in: [...poison, good].map(({ _id }) => _id) } });
  await harness.kit.vhost.management.post(queue, { routing_key: unroutable });
});

it('orders are counted in each state in which they wait for somebody', async () => {
  const { orderId } = await harness.placed();
  await left(orderId, { state: 'refund-failed' });
  await expect.poll(() => harness.sample('orders_in_state{state="refund-failed"')).toBe(1);
  await left(orderId, { state: 'refunded' });
  await expect.poll(() => harness.sample('orders_in_state{state="refund-failed"')).toBe(0);
});

it('two processes of order-service are one: double clicks, payments and events meet in the order', async () => {
  const replica = await harness.replica(fast);
  const shoppers = await Promise.all(Array.from({ length: 8 }, () => harness.person()));
  const orders = await Promise.all(
    shoppers.map(async (person) => {
      const checkoutId = randomUUID();
      const [first, ...others] = await Promise.all([1, 2, 3].map(() => harness.place(person, checkoutId)));
      for (const other of others) expect(other).toEqual(first);
      if (!first?.ok) throw new Error('not placed');
      return first.orderId;
    }),
  );
  await Promise.all(orders.flatMap((orderId) => [harness.emitPaid(orderId), harness.emitPaid(orderId)]));
  for (const orderId of orders) {
    await harness.reaches(orderId, 'paid');
    await harness.expectEvents(orderId, ['order.paid']);
    await expect.poll(async () => (await harness.stored(orderId)).outbox).toEqual([]);
    expect((await harness.stored(orderId)).history).toHaveLength(2);
  }
  await replica.stop();
});

it('an event that was half handled when its process died changes nothing the second time', async () => {
  const { orderId } = await harness.paid();
  await harness.expectEvents(orderId, ['order.paid']);
  // Paid a wrong amount, died before the money was sent back: the event comes again.
  await harness.consumes(1, () => harness.emitPaid(orderId, { amount: 1 }));
  await harness.consumes(1, () => harness.emitPaid(orderId, { amount: 1 }));
  expect(await harness.statesOf(orderId)).toEqual(['awaiting-payment', 'paid', 'refunding']);
});

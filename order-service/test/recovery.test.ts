import { randomUUID } from 'node:crypto';
import { type OrderState, orderPaid } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { StoredOrder } from '../src/store/order-schema.js';
import { openOrderStore } from '../src/store/orders.js';
import { Bed } from './bed.js';

/** What a process leaves behind that dies at the worst moment, and who clears it up. */
const fast = { CHECKOUT_SWEEP_MS: '100', OUTBOX_RELAY_MS: '100' };
let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'), fast);
});
afterAll(() => bed?.stop());
beforeEach(() => bed.reset());

const longAgo = new Date(Date.now() - 60 * 60_000);
/** The sweeper’s next look at an order is now. */
const due = { nextLookAt: longAgo };

async function left(orderId: string, set: Partial<StoredOrder>): Promise<void> {
  await bed.orders().updateOne({ _id: orderId }, { $set: set });
}
async function stateOf(orderId: string): Promise<OrderState> {
  return (await bed.stored(orderId)).state;
}
/** The value of the series that begins with this text. */
async function sampleOf(series: string): Promise<number> {
  const line = (await bed.metrics()).split('\n').find((each) => each.startsWith(series));
  return Number(line?.split(' ').at(-1));
}
async function wasLookedAt(orderId: string): Promise<void> {
  await expect.poll(async () => (await bed.stored(orderId)).nextLookAt > new Date()).toBe(true);
}

describe('the sweeper', () => {
  it('finds a payment of which nobody told', async () => {
    const { orderId } = await bed.placed();
    bed.neighbours.checkPayment = async () => ({ ok: true, status: 'paid' });
    await left(orderId, due);
    await bed.reaches(orderId, 'paid');
    await bed.hears(orderId, ['order.paid']);
  });

  it('cancels an order whose page Stripe has closed', async () => {
    const { orderId } = await bed.placed();
    bed.neighbours.checkPayment = async () => ({ ok: true, status: 'expired' });
    await left(orderId, due);
    await bed.reaches(orderId, 'cancelled');
    await bed.hears(orderId, ['order.cancelled']);
  });

  it('leaves an open page alone until its time is over, and then closes it', async () => {
    const { orderId } = await bed.placed();
    await left(orderId, due);
    await wasLookedAt(orderId);
    await expect.poll(() => bed.callsOf('check-payment')).toContainEqual({ orderId });
    expect(await stateOf(orderId)).toBe('awaiting-payment');
    expect(bed.callsOf('expire-checkout')).toEqual([]);

    await left(orderId, { ...due, expiresAt: longAgo });
    await bed.reaches(orderId, 'cancelled');
    expect((await bed.stored(orderId)).cancelReason).toBe('payment-expired');
  });

  it('does not cancel what Stripe can not be asked about', async () => {
    const { orderId } = await bed.placed();
    const details = undefined;
    bed.neighbours.expireCheckout = async () => ({
      ok: false,
      error: { code: 'stripe-unavailable', message: 'no', details },
    });
    await left(orderId, { ...due, expiresAt: longAgo });
    await expect.poll(() => bed.callsOf('expire-checkout')).toContainEqual({ orderId });
    await wasLookedAt(orderId);
    expect(await stateOf(orderId)).toBe('awaiting-payment');
  });

  it('cancels an order that a dead checkout left without a page, after a while, and frees its stock', async () => {
    const { orderId } = await bed.placed();
    const details = undefined;
    bed.neighbours.expireCheckout = async () => ({
      ok: false,
      error: { code: 'checkout-unknown', message: 'no', details },
    });
    await left(orderId, { ...due, checkout: null });
    await wasLookedAt(orderId);
    expect(bed.callsOf('expire-checkout')).toEqual([]);
    expect(await stateOf(orderId)).toBe('awaiting-payment');

    await left(orderId, { ...due, createdAt: new Date(Date.now() - 11 * 60_000) });
    await bed.reaches(orderId, 'cancelled');
    expect((await bed.stored(orderId)).cancelReason).toBe('checkout-abandoned');
    await bed.hears(orderId, ['order.cancelled']);
  });

  it('finds that such an order was paid after all', async () => {
    const { orderId } = await bed.placed();
    bed.neighbours.expireCheckout = async () => ({ ok: true, status: 'paid' });
    await left(orderId, { ...due, checkout: null, createdAt: longAgo });
    await bed.reaches(orderId, 'paid');
  });

  it('asks for a refund again, under the same attempt, when no answer comes', async () => {
    const { orderId } = await bed.paid();
    await left(orderId, { state: 'refunding', refundAttempts: 2, refundReason: 'duplicate', ...due });
    await bed.hears(orderId, ['order.paid', 'order.refund-requested']);
    expect(bed.told.at(-1)).toMatchObject({
      messageId: `order.refund-requested:${orderId}:2`,
      payload: { attempt: 2, reason: 'duplicate' },
    });
    await wasLookedAt(orderId);
    expect((await bed.stored(orderId)).nextLookAt.getTime() - Date.now()).toBeGreaterThan(4 * 60_000);
  });
});

describe('the outbox', () => {
  const messageOf = (orderId: string, userId: string) => ({
    messageId: `order.paid:${orderId}`,
    event: orderPaid.name,
    payload: { ...orderPaid.example, orderId, userId },
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  });

  it('of a process that died is told by the next one, in its order, and is empty then', async () => {
    const { orderId, person } = await bed.placed();
    await bed.stopService();
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
    await bed.startService(fast);
    await bed.hears(orderId, ['order.paid', 'order.refund-requested']);
    // The trace of the request that a dead process worked on goes on.
    expect(bed.told.map(({ traceId }) => traceId)).toEqual(['a'.repeat(32), 'a'.repeat(32)]);
    await expect.poll(async () => (await bed.stored(orderId)).outbox).toEqual([]);
    expect(await bed.stored(orderId)).not.toHaveProperty('outboxFilled');
  });

  it('waits while the broker does not take events, and the step itself is done all the same', async () => {
    const { orderId } = await bed.placed();
    const exchange = `exchanges/${encodeURIComponent(bed.vhost.name)}/events.order-service`;
    await bed.vhost.management.remove(exchange);
    await bed.emitPaid(orderId);
    await bed.reaches(orderId, 'paid');
    expect((await bed.stored(orderId)).outbox).toMatchObject([{ messageId: `order.paid:${orderId}` }]);
    // An operator sees that something waits, and how long.
    await expect.poll(() => sampleOf('order_outbox_orders{')).toBe(1);
    await expect.poll(() => sampleOf('order_outbox_oldest_seconds{')).toBeGreaterThan(0.2);

    await bed.vhost.management.put(exchange, { type: 'topic', durable: true });
    for (const queue of ['product-service.events', 'payment-service.events']) {
      const bindings = `bindings/${encodeURIComponent(bed.vhost.name)}/e/events.order-service/q/${queue}`;
      await bed.vhost.management.post(bindings, {
        routing_key: queue.startsWith('product') ? 'order.paid' : 'order.refund-requested',
      });
    }
    await bed.hears(orderId, ['order.paid']);
    await expect.poll(async () => (await bed.stored(orderId)).outbox).toEqual([]);
    await expect.poll(() => sampleOf('order_outbox_orders{')).toBe(0);
    await expect.poll(() => sampleOf('order_outbox_oldest_seconds{')).toBe(0);
  });

  it('keeps what joins it while it is being told', async () => {
    const { orderId, person } = await bed.placed();
    await bed.stopService();
    const store = await openOrderStore(bed.database);
    const first = messageOf(orderId, person.userId);
    const second = { ...first, messageId: 'second' };
    const third = { ...first, messageId: 'third' };
    await left(orderId, { outbox: [first], outboxFilled: true });
    const read = await store.outboxOf(orderId);
    await left(orderId, { outbox: [first, second] });
    await store.markSent(orderId, read);
    expect((await bed.stored(orderId)).outbox).toEqual([second]);
    // Another process was quicker with the first of two, and a third has joined: as long as before, but not the same.
    await left(orderId, { outbox: [second, third] });
    await store.markSent(orderId, [first, second]);
    expect(await bed.stored(orderId)).toMatchObject({ outbox: [third], outboxFilled: true });
    await store.markSent(orderId, [third]);
    expect(await bed.stored(orderId)).not.toHaveProperty('outboxFilled');
    await bed.startService(fast);
  });
});

it('orders are counted in each state in which they wait for somebody', async () => {
  const { orderId } = await bed.placed();
  await left(orderId, { state: 'refund-failed' });
  await expect.poll(() => sampleOf('orders_waiting{state="refund-failed"')).toBe(1);
  await left(orderId, { state: 'refunded' });
  await expect.poll(() => sampleOf('orders_waiting{state="refund-failed"')).toBe(0);
});

it('two processes of order-service are one: double clicks, payments and events meet in the order', async () => {
  const replica = await bed.replica(fast);
  const shoppers = Array.from({ length: 8 }, () => bed.newShopper());
  const orders = await Promise.all(
    shoppers.map(async (person) => {
      const checkoutId = randomUUID();
      const [first, ...others] = await Promise.all([1, 2, 3].map(() => bed.place(person, checkoutId)));
      for (const other of others) expect(other).toEqual(first);
      if (!first?.ok) throw new Error('not placed');
      return first.orderId;
    }),
  );
  await Promise.all(orders.flatMap((orderId) => [bed.emitPaid(orderId), bed.emitPaid(orderId)]));
  for (const orderId of orders) {
    await bed.reaches(orderId, 'paid');
    await bed.hears(orderId, ['order.paid']);
    await expect.poll(async () => (await bed.stored(orderId)).outbox).toEqual([]);
    expect((await bed.stored(orderId)).history).toHaveLength(2);
  }
  await replica.stop();
});

it('an event that was half handled when its process died changes nothing the second time', async () => {
  const { orderId } = await bed.paid();
  await bed.hears(orderId, ['order.paid']);
  // Paid a wrong amount, died before the money was sent back: the event comes again.
  await bed.receives(1, () => bed.emitPaid(orderId, { amount: 1 }));
  await bed.receives(1, () => bed.emitPaid(orderId, { amount: 1 }));
  expect((await bed.stored(orderId)).history.map(({ state }) => state)).toEqual([
    'awaiting-payment',
    'paid',
    'refunding',
  ]);
});

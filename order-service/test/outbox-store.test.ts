import { orderPaid } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoredOrder } from '../src/store/order-schema.js';
import { openOrderCollection } from '../src/store/orders.js';
import { createOutboxStore, type OutboxStore } from '../src/store/outboxes.js';
import { OrderHarness } from './harness.js';

const fast = { OUTBOX_RELAY_MS: '100', CHECKOUT_SWEEP_MS: '100' };
/** No such event is known here, as after a return to an earlier release. */
const unknownEvent = 'order.unheard-of';

let harness: OrderHarness;
let store: OutboxStore;
let template: StoredOrder;
beforeAll(async () => {
  harness = await OrderHarness.start(fast);
  store = createOutboxStore(await openOrderCollection(harness.database));
  const { orderId } = await harness.placed();
  template = await harness.stored(orderId);
});
afterAll(() => harness?.stop());
afterEach(() => harness.orders().deleteMany({}));

function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000);
}

/** Orders with an event that can't be sent, and nothing stored about tries, as the last release left them. */
async function insertStuck(count: number, since = new Date()): Promise<string[]> {
  const orders = Array.from({ length: count }, () => {
    const id = newId();
    const payload = { ...orderPaid.example, orderId: id, occurredAt: since.toISOString() };
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    return {
      ...template,
      _id: id,
      number: id,
      checkoutId: id,
      state: 'paid' as const,
      outbox: [{ messageId: `${unknownEvent}:${id}`, event: unknownEvent, payload, traceparent }],
      outboxFilled: true as const,
    };
  });
  await harness.orders().insertMany(orders);
  return orders.map(({ _id }) => _id);
}

it('the oldest event is found among those of earlier releases and those of this one', async () => {
  await insertStuck(20, minutesAgo(1));
  await insertStuck(1, minutesAgo(60));
  await insertStuck(20, minutesAgo(2));
  const oldest = () => harness.sample('order_outbox_oldest_seconds{');
  await expect.poll(oldest).toBeGreaterThanOrEqual(3_600);
  expect(await oldest()).toBeLessThan(3_700);

  const [orderId = ''] = await insertStuck(1);
  await harness.orders().updateOne({ _id: orderId }, { $set: { outboxSince: minutesAgo(90) } });
  await expect.poll(oldest).toBeGreaterThanOrEqual(5_400);
});

it('an order whose process died between taking the last event out and unmarking it is unmarked', async () => {
  const [orderId = ''] = await insertStuck(1);
  await harness.orders().updateOne({ _id: orderId }, { $set: { outbox: [], outboxSince: new Date() } });
  await expect
    .poll(async () => Object.keys(await harness.stored(orderId)).filter((name) => /^outbox./.test(name)))
    .toEqual([]);
});

describe('the stored outboxes', () => {
  const now = new Date();
  const later = new Date(now.getTime() + 60_000);
  beforeAll(() => harness.stopService());

  it('come in pages, each after what was claimed: first those never tried, then those due the longest', async () => {
    const stuck = await insertStuck(5);
    const [tried = '', ...untried] = stuck;
    const before = { outboxAttempts: 3, outboxRetryAt: new Date(0) };
    await harness.orders().updateOne({ _id: tried }, { $set: before });
    const seen: string[] = [];
    for (let page = await store.due(now, 2); page.length > 0; page = await store.due(now, 2)) {
      for (const due of page) {
        seen.push(due.orderId);
        expect(await store.claim(due, later)).toHaveLength(1);
      }
    }
    expect(seen).toEqual([...untried.sort(), tried]);
  });

  it('are claimed by one of two processes, and come again if it dies', async () => {
    await insertStuck(1);
    const [due] = await store.due(now, 1);
    if (!due) throw new Error('nothing is due');
    const claims = await Promise.all([store.claim(due, later), store.claim(due, later)]);
    expect(claims.filter((messages) => messages !== undefined)).toHaveLength(1);
    expect(await store.due(now, 1)).toEqual([]);
    expect(await store.due(later, 1)).toEqual([{ orderId: due.orderId, attempts: 1 }]);
  });
});

import { orderPaid } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextTryAt } from '../src/domain/outbox.js';
import { OrderHarness } from './harness.js';

const relayMs = 200;

let harness: OrderHarness;
beforeAll(async () => {
  harness = await OrderHarness.start({ OUTBOX_RELAY_MS: String(relayMs), CHECKOUT_SWEEP_MS: '86400000' });
});
afterAll(() => harness?.stop());

/** Paid orders as the last release left them, each with this event in its outbox and nothing said about tries. */
async function insertOrders(count: number, event: string): Promise<string[]> {
  const { orderId } = await harness.placed();
  const { cancelToken: _none, ...like } = await harness.stored(orderId);
  const orders = Array.from({ length: count }, (_, index) => {
    const id = newId();
    return {
      ...like,
      _id: id,
      number: `MM-${event}-${index}`,
      checkoutId: id,
      state: 'paid' as const,
      outbox: [
        {
          messageId: `${event}:${id}`,
          event,
          payload: { ...orderPaid.example, orderId: id },
          traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        },
      ],
      outboxFilled: true as const,
    };
  });
  await harness.orders().insertMany(orders);
  return orders.map(({ _id }) => _id);
}

it('150 orders whose event can not be sent keep no other from being sent, and are tried ever more rarely', async () => {
  // No such event is known here, as after a return to an earlier release.
  const stuck = await insertOrders(150, 'order.unheard-of');
  const [orderId = ''] = await insertOrders(1, orderPaid.name);
  await harness.expectEvents(orderId, [orderPaid.name]);
  await expect.poll(async () => (await harness.stored(orderId)).outbox).toEqual([]);

  const attemptsOf = async () => {
    const orders = await harness.orders().find({ outboxFilled: true }).toArray();
    return orders.map(({ outboxAttempts }) => outboxAttempts ?? 0);
  };
  const started = Date.now();
  const fewest = async () => Math.min(...(await attemptsOf()));
  await expect.poll(fewest, { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
  // The fourth try comes after pauses of 1, 2 and 4; without growing ones it would come after three.
  expect((Date.now() - started) / relayMs).toBeGreaterThan(4);
  expect(await attemptsOf()).toHaveLength(stuck.length);
});

it('an outbox is tried again after twice the pause before, at least every ten minutes', () => {
  const now = new Date(0);
  const pauses = [0, 1, 2, 3, 20].map((attempts) => nextTryAt(attempts, now, 5_000).getTime());
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 600_000]);
});

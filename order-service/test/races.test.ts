import { randomUUID } from 'node:crypto';
import { paymentExpired, paymentRefunded, refund, reserveStock } from '@micromall/contracts';
import type { Person } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cartOf, mug, OrderHarness } from './harness.js';

let harness: OrderHarness;
let admin: Person;
beforeAll(async () => {
  harness = await OrderHarness.start();
  admin = await harness.person('admin');
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

const rounds = Array.from({ length: 4 }, (_, round) => round);
const occurredAt = '2026-11-21T12:01:00.000Z';

function refunded(orderId: string): Promise<void> {
  const payload = { orderId, refundId: `re_${orderId}`, attempt: 1, amount: 4200, currency: 'SGD' };
  return harness.emit(paymentRefunded, { ...payload, occurredAt });
}

it('two browsers of one account that check out one cart at once have one order and one payment page', async () => {
  for (const _ of rounds) {
    const ada = await harness.person();
    const [first, second] = await Promise.all([harness.place(ada), harness.place(ada), harness.place(ada)]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    expect(await harness.orders().countDocuments({ userId: ada.userId })).toBe(1);
  }
  expect(new Set(harness.kit.requestsOf(reserveStock.queue).map((call) => JSON.stringify(call))).size).toBe(
    rounds.length,
  );
});

it('a second tab that pays for the same cart later gets the same order and page, also for the last unit', async () => {
  const ada = await harness.person();
  const first = await harness.place(ada);
  expect(first).toMatchObject({ ok: true, checkoutUrl: expect.stringContaining('/c/pay/') });
  // The order holds what was left, so the cart alone can not be filled any more.
  harness.answers.reviewCart = async ({ id }) => ({
    ok: true,
    cart: { ...cartOf(id), lines: [], count: 0, subtotal: 0 },
    changes: [{ productId: mug, name: 'Stoneware mug', from: 2, to: 0 }],
  });
  harness.kit.clear();
  expect(await harness.place(ada)).toEqual(first);
  expect(harness.kit.requests).toEqual([]);
  // Another total is not what this order sells.
  expect(await harness.place(ada, randomUUID(), { confirmedTotal: 4300 })).toMatchObject({
    error: { code: 'cart-changed' },
  });
  expect(await harness.orders().countDocuments({ userId: ada.userId })).toBe(1);
});

it('a cart whose order was cancelled, or that has changed since, can be ordered again', async () => {
  const ada = await harness.person();
  const first = await harness.placed(ada);
  await harness.emit(paymentExpired, { orderId: first.orderId, sessionId: 'cs_test_1', occurredAt });
  await harness.reaches(first.orderId, 'cancelled');
  const second = await harness.placed(ada);
  expect(second.orderId).not.toBe(first.orderId);

  const { reviewCart } = harness.answers;
  harness.answers.reviewCart = async (request) => {
    const reply = await reviewCart(request);
    return reply.ok ? { ...reply, cart: { ...reply.cart, version: 4 } } : reply;
  };
  const third = await harness.place(ada, randomUUID(), { cartVersion: 4 });
  expect(third).toMatchObject({ ok: true });
  expect(third).not.toMatchObject({ orderId: second.orderId });
});

it('an order that is refunded here and by hand at Stripe at once gives its stock back once', async () => {
  for (const _ of rounds) {
    const { orderId } = await harness.paid();
    await harness.consumes(2, async () => {
      await Promise.all([harness.call(refund, { orderId }, admin), refunded(orderId), refunded(orderId)]);
    });
    await harness.reaches(orderId, 'refunded');
    expect(await harness.statesOf(orderId)).toEqual(['awaiting-payment', 'paid', 'refunding', 'refunded']);
    await expect
      .poll(() => harness.kit.eventsAbout(orderId).filter((event) => event === 'order.refunded'))
      .toHaveLength(1);
    expect((await harness.stored(orderId)).refundAttempts).toBe(1);
  }
});

it('an order whose page runs out while it is paid is paid, or cancelled and refunded', async () => {
  for (const _ of rounds) {
    const { orderId, person } = await harness.placed();
    harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
    await harness.consumes(2, async () => {
      await Promise.all([
        harness.emit(paymentExpired, { orderId, sessionId: `cs_test_${orderId}`, occurredAt }),
        harness.emitPaid(orderId),
        harness.confirm(orderId, person),
      ]);
    });
    const states = (await harness.statesOf(orderId)).join(' ');
    expect(states).toMatch(/^awaiting-payment (paid|cancelled refunding)$/);
  }
});

import { randomUUID } from 'node:crypto';
import { type OrderState, paymentExpired, paymentRefunded, refund, reserveStock } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { Bed } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
beforeEach(() => bed.reset());

const rounds = Array.from({ length: 4 }, (_, round) => round);
const admin = () => bed.newShopper('admin');
const occurredAt = '2026-11-21T12:01:00.000Z';

async function lifeOf(orderId: string): Promise<OrderState[]> {
  return (await bed.stored(orderId)).history.map(({ state }) => state);
}
function refunded(orderId: string): Promise<void> {
  const payload = { orderId, refundId: `re_${orderId}`, attempt: 1, amount: 4200, currency: 'SGD' };
  return bed.emit(paymentRefunded, { ...payload, occurredAt });
}

it('two browsers of one account that check out one cart at once have one order and one payment page', async () => {
  for (const _ of rounds) {
    const ada = bed.newShopper();
    const [first, second] = await Promise.all([bed.place(ada), bed.place(ada), bed.place(ada)]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    expect(await bed.orders().countDocuments({ userId: ada.userId })).toBe(1);
  }
  expect(new Set(bed.callsOf(reserveStock.queue).map((call) => JSON.stringify(call))).size).toBe(
    rounds.length,
  );
});

it('a cart whose order was cancelled, or that has changed since, can be ordered again', async () => {
  const ada = bed.newShopper();
  const first = await bed.placed(ada);
  await bed.emit(paymentExpired, { orderId: first.orderId, sessionId: 'cs_test_1', occurredAt });
  await bed.reaches(first.orderId, 'cancelled');
  const second = await bed.placed(ada);
  expect(second.orderId).not.toBe(first.orderId);

  const { reviewCart } = bed.neighbours;
  bed.neighbours.reviewCart = async (request) => {
    const reply = await reviewCart(request);
    return reply.ok ? { ...reply, cart: { ...reply.cart, version: 4 } } : reply;
  };
  const third = await bed.place(ada, randomUUID(), { cartVersion: 4 });
  expect(third).toMatchObject({ ok: true });
  expect(third).not.toMatchObject({ orderId: second.orderId });
});

it('an order that is refunded here and by hand at Stripe at once gives its stock back once', async () => {
  for (const _ of rounds) {
    const { orderId } = await bed.paid();
    await bed.receives(2, async () => {
      await Promise.all([bed.call(refund, { orderId }, admin()), refunded(orderId), refunded(orderId)]);
    });
    await bed.reaches(orderId, 'refunded');
    expect(await lifeOf(orderId)).toEqual(['awaiting-payment', 'paid', 'refunding', 'refunded']);
    await expect
      .poll(() => bed.toldAbout(orderId).filter((event) => event === 'order.refunded'))
      .toHaveLength(1);
    expect((await bed.stored(orderId)).refundAttempts).toBe(1);
  }
});

it('an order whose page runs out while it is paid is paid, or cancelled and given back', async () => {
  for (const _ of rounds) {
    const { orderId, person } = await bed.placed();
    bed.neighbours.checkPayment = async () => ({ ok: true, status: 'paid' });
    await bed.receives(2, async () => {
      await Promise.all([
        bed.emit(paymentExpired, { orderId, sessionId: `cs_test_${orderId}`, occurredAt }),
        bed.emitPaid(orderId),
        bed.confirm(orderId, person),
      ]);
    });
    const life = (await lifeOf(orderId)).join(' ');
    expect(life).toMatch(/^awaiting-payment (paid|cancelled refunding)$/);
  }
});

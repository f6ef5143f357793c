import { type Cart, leastCharge, mostCharge } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mug, OrderHarness, reservedAt } from './harness.js';

let harness: OrderHarness;
beforeAll(async () => {
  // Free delivery, so that a total can be as small as a price.
  harness = await OrderHarness.start({ SHIPPING_AMOUNT: '0' });
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

function cartOf(id: string, price: number): Cart {
  const line = { productId: mug, name: 'Stoneware mug', image: null, price, quantity: 1, available: 9 };
  return { id, version: 3, lines: [{ ...line, amount: price }], count: 1, subtotal: price, currency: 'SGD' };
}

function payNow(total: number) {
  harness.answers.reviewCart = async ({ id }) => ({ ok: true, cart: cartOf(id, total), changes: [] });
  harness.answers.reserveStock = reservedAt(total);
  return harness.person().then(async (person) => ({
    person,
    reply: await harness.place(person, undefined, { confirmedTotal: total }),
  }));
}

describe('a total', () => {
  it.each([leastCharge('SGD') - 1, mostCharge + 1])(
    'of %i, which Stripe does not take, is refused before there is an order and before stock is held',
    async (total) => {
      const { person, reply } = await payNow(total);
      expect(reply).toMatchObject({
        ok: false,
        error: {
          code: 'total-not-payable',
          details: { least: leastCharge('SGD'), most: mostCharge, currency: 'SGD' },
        },
      });
      expect(harness.kit.requestsOf('reserve-stock')).toEqual([]);
      expect(await harness.orders().countDocuments({ userId: person.userId })).toBe(0);
    },
  );

  it.each([leastCharge('SGD'), mostCharge])(
    'of %i, which Stripe takes, leads to the payment page',
    async (total) => {
      const { reply } = await payNow(total);
      expect(reply).toMatchObject({ ok: true });
    },
  );
});

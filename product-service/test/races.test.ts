import { newId } from '@micromall/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProductHarness, startProductHarness } from './harness.js';
import { createRandom } from './random.js';

let shop: ProductHarness;
beforeAll(async () => {
  // Two processes share the work, and sweep all the time.
  shop = await startProductHarness({ RESERVATION_SWEEP_MS: '20' }, 2);
});
afterAll(() => shop.harness.stop());

describe('many orders at once', () => {
  test('40 orders want one each of a product with 10 left: exactly 10 get it', async () => {
    const mug = await shop.product(10);
    const orders = Array.from({ length: 40 }, newId);

    const replies = await Promise.all(
      orders.map((id) => shop.reserve(id, [{ productId: mug, quantity: 1 }])),
    );

    expect(replies.filter(({ ok }) => ok)).toHaveLength(10);
    for (const reply of replies) {
      if (!reply.ok) expect(reply.error.code).toBe('insufficient-stock');
    }
    expect(await shop.counts(mug)).toEqual({ available: 0, reserved: 10, sold: 0 });
    await shop.expectSound(mug, 10);
  });

  test('the same order five times at once is one reservation', async () => {
    const [mug, pot] = [await shop.product(10), await shop.product(10)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 3 },
      { productId: pot, quantity: 2 },
    ];

    const replies = await Promise.all(Array.from({ length: 5 }, () => shop.reserve(orderId, lines)));

    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(replies[0]?.ok).toBe(true);
    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 3, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 8, reserved: 2, sold: 0 });
  });

  test('orders that want the same three products, named in any order, get all of them or none', async () => {
    const products = [await shop.product(8), await shop.product(5), await shop.product(8)];
    const random = createRandom(7);
    const orders = Array.from({ length: 30 }, () => ({
      id: newId(),
      lines: random.shuffled(products).map((productId) => ({ productId, quantity: 1 })),
    }));

    const replies = await Promise.all(orders.map(({ id, lines }) => shop.reserve(id, lines)));

    const won = orders.filter((_, index) => replies[index]?.ok).map(({ id }) => id);
    expect(won).toHaveLength(5);
    for (const productId of products) {
      const { holds } = await shop.document(productId);
      expect(holds.map(({ orderId }) => orderId.toHexString()).sort()).toEqual(won.toSorted());
    }
  });

  test('an order that comes twice while its last line comes and goes has all of its stock or none', async () => {
    for (let turn = 0; turn < 15; turn += 1) {
      const [mug, pot] = [await shop.product(4), await shop.product(1)];
      const [twice, rival] = [newId(), newId()];
      const lines = [
        { productId: mug, quantity: 1 },
        { productId: pot, quantity: 1 },
      ];
      await shop.mustReserve(rival, [{ productId: pot, quantity: 1 }]);

      const replies = await Promise.all([
        shop.reserve(twice, lines),
        shop.cancelled(rival, [{ productId: pot, quantity: 1 }]),
        shop.reserve(twice, lines),
        shop.reserve(twice, lines),
      ]);

      const promised = replies.some((reply) => reply?.ok);
      const expected = promised ? 1 : 0;
      expect((await shop.counts(mug)).reserved).toBe(expected);
      expect((await shop.counts(pot)).reserved).toBe(expected);
      await shop.expectSound(mug, 4);
      await shop.expectSound(pot, 1);
    }
  });

  test('a payment and a refund that come at once leave the stock as if nothing was sold', async () => {
    const mug = await shop.product(10);
    const lines = [{ productId: mug, quantity: 1 }];
    const orders = Array.from({ length: 8 }, newId);
    await Promise.all(orders.map((id) => shop.mustReserve(id, lines)));

    await Promise.all(orders.flatMap((id) => [shop.paid(id, lines), shop.refunded(id, lines)]));

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('whatever happens at once, no unit is made or lost', async () => {
    const stock = [20, 5, 40];
    const products = await Promise.all(stock.map((quantity) => shop.product(quantity)));
    const random = createRandom(20261121);
    const orders = Array.from({ length: 12 }, () => ({
      id: newId(),
      lines: random
        .shuffled(products)
        .slice(0, random.upTo(3) + 1)
        .map((productId) => ({ productId, quantity: random.upTo(4) + 1 })),
    }));
    const reserved = await Promise.all(orders.map(({ id, lines }) => shop.reserve(id, lines)));
    const known = orders.filter((_, index) => reserved[index]?.ok);
    expect(known.length).toBeGreaterThan(2);

    const operations = Array.from({ length: 50 }, () => {
      const { id, lines } = random.oneOf(known);
      const fresh = { id: newId(), lines: random.oneOf(orders).lines };
      return random.oneOf([
        () => shop.paid(id, lines),
        () => shop.cancelled(id, lines),
        () => shop.refunded(id, lines),
        () => shop.reserve(id, lines),
        () => shop.reserve(fresh.id, fresh.lines),
      ]);
    });
    await Promise.all(operations.map((operation) => operation()));

    for (const [index, productId] of products.entries()) await shop.expectSound(productId, stock[index] ?? 0);
  });
});

/** What can become of an order that has its stock, and the events that order-service emits then. */
const fates = {
  sold: ['paid'],
  cancelled: ['cancelled'],
  refunded: ['paid', 'refunded'],
} as const;
const names = ['sold', 'cancelled', 'refunded'] as const;

test.each([1, 2, 3])(
  'messages that come in any order, several at once and again and again sell what was paid, no more and no less (seed %i)',
  async (seed) => {
    const random = createRandom(seed);
    const stock = { [await shop.product(14)]: 14, [await shop.product(9)]: 9 };
    const products = Object.keys(stock);
    async function expectSound(): Promise<void> {
      for (const [productId, putIn] of Object.entries(stock)) await shop.expectSound(productId, putIn);
    }

    const orders = Array.from({ length: 12 }, () => ({
      id: newId(),
      lines: random
        .shuffled(products)
        .slice(0, random.upTo(2) + 1)
        .map((productId) => ({ productId, quantity: random.upTo(3) + 1 })),
      fate: random.oneOf(names),
    }));
    const answers = await Promise.all(orders.map(({ id, lines }) => shop.reserve(id, lines)));
    const held = orders.filter((_, index) => answers[index]?.ok);
    expect(held.length).toBeGreaterThan(2);
    expect(held.length).toBeLessThan(orders.length);
    await expectSound();

    const messages = orders.flatMap(({ id, lines, fate }) => {
      if (!held.some((order) => order.id === id)) {
        return [1, 2].map(() => () => shop.cancelled(id, lines, 'out-of-stock'));
      }
      const events = fates[fate].flatMap((event) => [1, 2].map(() => () => shop[event](id, lines)));
      // Its request for stock, too, may come again at any time.
      return [...events, () => shop.reserve(id, lines)];
    });
    const shuffled = random.shuffled(messages);
    while (shuffled.length > 0) {
      await Promise.all(shuffled.splice(0, random.upTo(8) + 1).map((message) => message()));
      await expectSound();
    }

    for (const productId of products) {
      const sold = held
        .filter(({ fate }) => fate === 'sold')
        .flatMap(({ lines }) => lines.filter((line) => line.productId === productId))
        .reduce((sum, { quantity }) => sum + quantity, 0);
      const putIn = stock[productId] ?? 0;
      expect(await shop.counts(productId)).toEqual({ available: putIn - sold, reserved: 0, sold });
    }
  },
);

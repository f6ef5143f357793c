import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bed, newId } from './bed.js';
import { createRandom } from './random.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start('product-races');
  // Two processes of the service share the work, as behind a rolling update.
  await bed.startAnotherInstance();
});
afterAll(() => bed.stop());

describe('many orders at once', () => {
  test('40 orders want one each of a product with 10 left: exactly 10 get it', async () => {
    const mug = await bed.product(10);
    const orders = Array.from({ length: 40 }, newId);

    const replies = await Promise.all(orders.map((id) => bed.reserve(id, [{ productId: mug, quantity: 1 }])));

    expect(replies.filter(({ ok }) => ok)).toHaveLength(10);
    for (const reply of replies) {
      if (!reply.ok) expect(reply.error.code).toBe('insufficient-stock');
    }
    expect(await bed.counts(mug)).toEqual({ available: 0, reserved: 10, sold: 0 });
    await bed.expectSound(mug, 10);
  });

  test('the same order five times at once is one reservation', async () => {
    const [mug, pot] = [await bed.product(10), await bed.product(10)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 3 },
      { productId: pot, quantity: 2 },
    ];

    const replies = await Promise.all(Array.from({ length: 5 }, () => bed.reserve(orderId, lines)));

    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(replies[0]?.ok).toBe(true);
    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 3, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 8, reserved: 2, sold: 0 });
  });

  test('orders that want the same three products, named in any order, get all of them or none', async () => {
    const products = [await bed.product(8), await bed.product(5), await bed.product(8)];
    const random = createRandom(7);
    const orders = Array.from({ length: 30 }, () => ({
      id: newId(),
      lines: random.shuffled(products).map((productId) => ({ productId, quantity: 1 })),
    }));

    const replies = await Promise.all(orders.map(({ id, lines }) => bed.reserve(id, lines)));

    const won = orders.filter((_, index) => replies[index]?.ok).map(({ id }) => id);
    expect(won).toHaveLength(5);
    for (const productId of products) {
      const { holds } = await bed.document(productId);
      expect(holds.map(({ orderId }) => orderId.toHexString()).sort()).toEqual(won.toSorted());
    }
  });

  test('an order that comes twice while its last line comes and goes has all of its stock or none', async () => {
    for (let turn = 0; turn < 15; turn += 1) {
      const [mug, pot] = [await bed.product(4), await bed.product(1)];
      const [twice, rival] = [newId(), newId()];
      const lines = [
        { productId: mug, quantity: 1 },
        { productId: pot, quantity: 1 },
      ];
      await bed.mustReserve(rival, [{ productId: pot, quantity: 1 }]);

      const replies = await Promise.all([
        bed.reserve(twice, lines),
        bed.cancelled(rival, [{ productId: pot, quantity: 1 }]),
        bed.reserve(twice, lines),
        bed.reserve(twice, lines),
      ]);

      const promised = replies.some((reply) => reply?.ok);
      const expected = promised ? 1 : 0;
      expect((await bed.counts(mug)).reserved).toBe(expected);
      expect((await bed.counts(pot)).reserved).toBe(expected);
      await bed.expectSound(mug, 4);
      await bed.expectSound(pot, 1);
    }
  });

  test('a payment and a refund that come at once leave the stock as if nothing was sold', async () => {
    const mug = await bed.product(10);
    const lines = [{ productId: mug, quantity: 1 }];
    const orders = Array.from({ length: 8 }, newId);
    await Promise.all(orders.map((id) => bed.mustReserve(id, lines)));

    await Promise.all(orders.flatMap((id) => [bed.paid(id, lines), bed.refunded(id, lines)]));

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('whatever happens at once, no unit is made or lost', async () => {
    const stock = [20, 5, 40];
    const products = await Promise.all(stock.map((quantity) => bed.product(quantity)));
    const random = createRandom(20261121);
    const orders = Array.from({ length: 12 }, () => ({
      id: newId(),
      lines: random
        .shuffled(products)
        .slice(0, random.upTo(3) + 1)
        .map((productId) => ({ productId, quantity: random.upTo(4) + 1 })),
    }));
    const reserved = await Promise.all(orders.map(({ id, lines }) => bed.reserve(id, lines)));
    const known = orders.filter((_, index) => reserved[index]?.ok);
    expect(known.length).toBeGreaterThan(2);

    const operations = Array.from({ length: 50 }, () => {
      const { id, lines } = random.oneOf(known);
      const fresh = { id: newId(), lines: random.oneOf(orders).lines };
      return random.oneOf([
        () => bed.paid(id, lines),
        () => bed.cancelled(id, lines),
        () => bed.refunded(id, lines),
        () => bed.reserve(id, lines),
        () => bed.reserve(fresh.id, fresh.lines),
      ]);
    });
    await Promise.all(operations.map((operation) => operation()));

    for (const [index, productId] of products.entries()) await bed.expectSound(productId, stock[index] ?? 0);
  });
});

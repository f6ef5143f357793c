import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed, newId } from './bed.js';
import { createRandom } from './random.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start('product-interleavings', { RESERVATION_SWEEP_MS: '20' });
  await bed.startAnotherInstance();
});
afterAll(() => bed.stop());

/** What can become of an order that has its stock, and what order-service tells of it. */
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
    const stock = { [await bed.product(14)]: 14, [await bed.product(9)]: 9 };
    const products = Object.keys(stock);
    async function expectSound(): Promise<void> {
      for (const [productId, putIn] of Object.entries(stock)) await bed.expectSound(productId, putIn);
    }

    const orders = Array.from({ length: 12 }, () => ({
      id: newId(),
      lines: random
        .shuffled(products)
        .slice(0, random.upTo(2) + 1)
        .map((productId) => ({ productId, quantity: random.upTo(3) + 1 })),
      fate: random.oneOf(names),
    }));
    const answers = await Promise.all(orders.map(({ id, lines }) => bed.reserve(id, lines)));
    const held = orders.filter((_, index) => answers[index]?.ok);
    expect(held.length).toBeGreaterThan(2);
    expect(held.length).toBeLessThan(orders.length);
    await expectSound();

    const messages = orders.flatMap(({ id, lines, fate }) => {
      if (!held.some((order) => order.id === id)) {
        return [1, 2].map(() => () => bed.cancelled(id, lines, 'out-of-stock'));
      }
      const told = fates[fate].flatMap((what) => [1, 2].map(() => () => bed[what](id, lines)));
      // Its request for stock, too, may come again at any time.
      return [...told, () => bed.reserve(id, lines)];
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
      expect(await bed.counts(productId)).toEqual({ available: putIn - sold, reserved: 0, sold });
    }
  },
);

import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { newId } from '@micromall/test-kit';
import { type Connection, createConnection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { linesByProduct } from '../src/domain/lines.js';
import { afterCancellation } from '../src/domain/settlement.js';
import { openProductModel } from '../src/store/product-model.js';
import { createProductStore, type ProductStore } from '../src/store/products.js';
import { createSettledReservationStore } from '../src/store/settled-reservations.js';
import { createStockStore, type StockStore } from '../src/store/stock.js';
import { reserve } from '../src/use-cases/reserve-stock.js';
import { settle } from '../src/use-cases/settle-reservation.js';
import { createRandom } from './random.js';

let database: Connection;
let stock: StockStore;
let products: ProductStore;

beforeAll(async () => {
  database = await createConnection(
    `${inject('mongoUrl')}/product-attempts-${randomBytes(4).toString('hex')}`,
  ).asPromise();
  const model = await openProductModel(database);
  stock = createStockStore(model, createSettledReservationStore(database));
  products = createProductStore(model);
});
afterAll(async () => {
  await database.dropDatabase();
  await database.close();
});

async function productIds(...quantities: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const quantity of quantities) {
    const fields = {
      name: 'Mug',
      description: '',
      category: 'Kitchen',
      price: 100,
      currency: 'SGD',
      image: null,
    };
    ids.push((await products.add({ ...fields, quantity }, undefined)).product.productId);
  }
  return ids;
}

const one = (productId: string) => ({ productId, quantity: 1 });
const expiresAt = new Date('2030-01-01T00:00:00Z');

async function isHeld(orderId: string, productId: string): Promise<boolean> {
  return (await stock.read(orderId, [productId])).get(productId)?.hold.kind === 'held';
}

function signal(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

describe('two attempts to reserve for one order', () => {
  test('one that gives up takes nothing from the one that succeeds meanwhile', async () => {
    const [mug = '', pot = ''] = (await productIds(5, 1)).sort();
    const [orderId, rival] = [newId(), newId()];
    const lines = linesByProduct([one(mug), one(pot)]);
    const [scarce, plenty] =
      (await stock.read(orderId, [mug])).get(mug)?.product.available === 1 ? [mug, pot] : [pot, mug];
    const givesUp = signal();
    const mayGiveBack = signal();
    // The rival is quicker with the last one, and the first attempt is held up when it is about to give back.
    const slow: StockStore = {
      ...stock,
      hold: async (order, hold) => {
        if (hold.productId === scarce)
          await reserve(stock, { orderId: rival, lines: [one(scarce)], expiresAt });
        return stock.hold(order, hold);
      },
      apply: async (...change) => {
        givesUp.resolve();
        await mayGiveBack.promise;
        return stock.apply(...change);
      },
    };

    const first = reserve(slow, { orderId, lines: [one(plenty), one(scarce)], expiresAt });
    await givesUp.promise;
    await settle(stock, rival, [one(scarce)], afterCancellation(false));
    const second = await reserve(stock, { orderId, lines, expiresAt });
    mayGiveBack.resolve();

    expect(second.kind).toBe('reserved');
    expect((await first).kind).toBe('refused');
    expect([await isHeld(orderId, mug), await isHeld(orderId, pot)]).toEqual([true, true]);
  });

  test('whatever their steps are interleaved with, a promise is kept and a refusal holds nothing', async () => {
    const random = createRandom(404);
    const jittered = new Proxy(stock, {
      get: (store, name: keyof StockStore) => {
        const step = store[name].bind(store) as (...given: unknown[]) => unknown;
        return async (...given: unknown[]) => {
          await setTimeout(random.upTo(6));
          return step(...given);
        };
      },
    });
    const seen = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      const ids = await productIds(2, 1, 2);
      const [orderId, rival] = [newId(), newId()];
      const lines = linesByProduct(ids.map(one));
      const contested = [one(ids[1] ?? '')];
      const attempt = async () => {
        await setTimeout(random.upTo(30));
        return reserve(jittered, { orderId, lines, expiresAt });
      };
      const rivalry = async () => {
        await reserve(jittered, { orderId: rival, lines: contested, expiresAt });
        await setTimeout(random.upTo(30));
        await settle(jittered, rival, contested, afterCancellation(false));
      };

      const [, ...results] = await Promise.all([rivalry(), attempt(), attempt(), attempt()]);

      const promised = results.some((result) => result.kind === 'reserved');
      const held = await Promise.all(ids.map((id) => isHeld(orderId, id)));
      expect(held, `turn ${turn}: ${results.map((result) => result.kind).join(', ')}`).toEqual(
        ids.map(() => promised),
      );
      for (const result of results) seen.add(result.kind);
    }
    // Otherwise the interleavings would have shown nothing.
    expect(seen).toEqual(new Set(['reserved', 'refused']));
  });
});

test('orders ask for the same products in the same order, each product once', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(24)) as [string, string, string];

  const lines = linesByProduct([
    { productId: c, quantity: 1 },
    { productId: a, quantity: 2 },
    { productId: c, quantity: 3 },
    { productId: b, quantity: 1 },
  ]);

  expect(lines).toEqual([
    { productId: a, quantity: 2 },
    { productId: b, quantity: 1 },
    { productId: c, quantity: 4 },
  ]);
});

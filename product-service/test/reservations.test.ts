import { reserveStock } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { newId, settleWithinMs } from '@micromall/test-kit';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mostSettled } from '../src/store/product-model.js';
import { type ProductHarness, startProductHarness } from './harness.js';

const graceMs = 200;
let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProductHarness({
    RESERVATION_SWEEP_MS: '20',
    RESERVATION_GRACE_MS: String(graceMs),
  });
});
afterAll(() => shop.harness.stop());

describe('reserving stock for an order', () => {
  test('holds every line and answers with names and prices to freeze', async () => {
    const mug = await shop.product(10);
    const pot = await shop.product(5, { name: 'Teapot', price: 4000 });
    const orderId = newId();

    const reply = await shop.reserve(orderId, [
      { productId: pot, quantity: 1 },
      { productId: mug, quantity: 3 },
    ]);

    expect(reply).toEqual({
      ok: true,
      lines: [
        { productId: pot, name: 'Teapot', price: 4000, currency: 'SGD', quantity: 1, image: null },
        { productId: mug, name: 'Stoneware mug', price: 1850, currency: 'SGD', quantity: 3, image: null },
      ],
    });
    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 3, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 4, reserved: 1, sold: 0 });
  });

  test('counts the units that are held, once', async () => {
    const mug = await shop.product(10);
    const orderId = newId();
    const before = await shop.metric('stock_reserved_units_total');

    await shop.mustReserve(orderId, [{ productId: mug, quantity: 4 }]);
    await shop.mustReserve(orderId, [{ productId: mug, quantity: 4 }]);

    expect(await shop.metric('stock_reserved_units_total')).toBe(before + 4);
  });

  test('the same order again gets the same answer and no more stock', async () => {
    const mug = await shop.product(2);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 2 }];

    const first = await shop.reserve(orderId, lines);
    const second = await shop.reserve(orderId, lines);

    expect(first.ok).toBe(true);
    expect(second).toEqual(first);
    expect(await shop.counts(mug)).toEqual({ available: 0, reserved: 2, sold: 0 });
  });

  test('a later end of the same reservation counts, an earlier one does not', async () => {
    const mug = await shop.product(2);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 1 }];
    const [early, late] = ['2030-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'];

    await shop.mustReserve(orderId, lines, late);
    await shop.mustReserve(orderId, lines, early);

    expect((await shop.document(mug)).holds[0]?.expiresAt.toISOString()).toBe(late);
  });

  test('lines that name a product twice are added up', async () => {
    const mug = await shop.product(5);

    const reply = await shop.reserve(newId(), [
      { productId: mug, quantity: 2 },
      { productId: mug, quantity: 4 },
    ]);

    expect(reply).toMatchObject({ ok: false, error: { code: 'insufficient-stock' } });
    expect(reply).toMatchObject({
      error: { details: { shortages: [{ productId: mug, name: 'Stoneware mug', wanted: 6, available: 5 }] } },
    });
    expect(await shop.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  test('too little of some lines: each is named, nothing is held, and the stock-out is counted', async () => {
    const [plenty, few, none] = [await shop.product(10), await shop.product(1), await shop.product(0)];
    const unknown = newId();
    const before = await shop.metric('stock_refused_orders_total');

    const reply = await shop.reserve(newId(), [
      { productId: plenty, quantity: 2 },
      { productId: few, quantity: 2 },
      { productId: none, quantity: 1 },
      { productId: unknown, quantity: 1 },
    ]);

    if (reply.ok || reply.error.code !== 'insufficient-stock') throw new Error('the order was not refused');
    const short = reply.error.details.shortages.map(({ productId, wanted, available }) => [
      productId,
      wanted,
      available,
    ]);
    expect(short.sort()).toEqual(
      [
        [few, 2, 1],
        [none, 1, 0],
        [unknown, 1, 0],
      ].sort(),
    );
    for (const productId of [plenty, few, none]) expect((await shop.counts(productId)).reserved).toBe(0);
    expect(await shop.metric('stock_refused_orders_total')).toBe(before + 1);
  });

  test('an order that was refused may ask again, and gets the stock that came meanwhile', async () => {
    const [mug, pot] = [await shop.product(1), await shop.product(0)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ];
    expect((await shop.reserve(orderId, lines)).ok).toBe(false);

    await shop.change(pot, 1);

    expect((await shop.reserve(orderId, lines)).ok).toBe(true);
  });

  test('what an attempt held that was cut short is taken over by the next one', async () => {
    const [mug, pot] = [await shop.product(1), await shop.product(1)].sort() as [string, string];
    const orderId = newId();
    // The first line only, as if the process had died before it came to the second.
    await shop.mustReserve(orderId, [{ productId: mug, quantity: 1 }]);

    await shop.mustReserve(orderId, [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ]);

    expect(await shop.counts(mug)).toEqual({ available: 0, reserved: 1, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 0, reserved: 1, sold: 0 });
  });

  test('and goes back when the next one finds too little of the rest', async () => {
    const [mug, pot] = [await shop.product(1), await shop.product(0)];
    const orderId = newId();
    await shop.mustReserve(orderId, [{ productId: mug, quantity: 1 }]);

    const reply = await shop.reserve(orderId, [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ]);

    expect(reply).toMatchObject({ ok: false, error: { details: { shortages: [{ productId: pot }] } } });
    expect(await shop.counts(mug)).toEqual({ available: 1, reserved: 0, sold: 0 });
  });

  test('an order that gave its stock back gets no new one', async () => {
    const [mug, pot] = [await shop.product(5), await shop.product(5)];
    const orderId = newId();
    await shop.mustReserve(orderId, [{ productId: mug, quantity: 1 }]);
    await shop.cancelled(orderId, [{ productId: mug, quantity: 1 }]);

    const reply = await shop.reserve(orderId, [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ]);

    expect(reply).toMatchObject({ ok: false, error: { code: 'reservation-ended' } });
    expect(await shop.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  test('an order that is paid answers as before and takes nothing', async () => {
    const mug = await shop.product(5);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 2 }];
    const first = await shop.reserve(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.reserve(orderId, lines)).toEqual(first);
    expect(await shop.counts(mug)).toEqual({ available: 3, reserved: 0, sold: 2 });
  });

  test('only order-service may ask for it', async () => {
    const mug = await shop.product(5);
    const { rpc } = shop;
    const request = {
      orderId: newId(),
      lines: [{ productId: mug, quantity: 1 }],
      expiresAt: new Date().toISOString(),
    };

    await expect(rpc.call(reserveStock, request, shop.admin)).rejects.toMatchObject({
      fault: 'forbidden',
    });
    expect(await shop.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
  });
});

test("a product's document has a bounded number of settled reservations, the others are in the archive", async () => {
  const mug = await shop.product(10);
  const { _id } = await shop.document(mug);
  const ended = Array.from({ length: mostSettled }, () => ({
    orderId: new Types.ObjectId(),
    outcome: 'sold',
  }));
  await shop.database.collection('products').updateOne({ _id }, { $set: { ended } });
  const orderId = newId();
  const lines = [{ productId: mug, quantity: 1 }];

  await shop.mustReserve(orderId, lines);
  await shop.paid(orderId, lines);
  await shop.paid(orderId, lines);

  await expect.poll(async () => (await shop.document(mug)).ended.length).toBe(mostSettled);
  const document = await shop.document(mug);
  expect(document).toMatchObject({ available: 9, reserved: 0, sold: 1 });
  expect(document.ended.at(-1)?.orderId.toHexString()).toBe(orderId);
  const first = ended[0]?.orderId.toHexString();
  const archived = await shop.database.collection('endings').find({}).toArray();
  expect(archived).toMatchObject([{ _id: `${first}:${mug}`, outcome: 'sold' }]);
});

describe('a reservation that nobody settles', () => {
  const longAgo = new Date('2026-01-01T00:00:00Z');

  function reservedIs(productId: string, expected: number): Promise<boolean> {
    return until(async () => (await shop.counts(productId)).reserved === expected, settleWithinMs);
  }

  test('stock of an order that nobody paid or cancelled is for sale again, not before the grace is over', async () => {
    const before = await shop.metric('stock_released_units_total', { reason: 'expired' });
    const mug = await shop.product(5);
    const orderId = newId();
    await shop.mustReserve(orderId, [{ productId: mug, quantity: 2 }]);
    const end = new Date();
    await shop.expire(orderId, end);

    expect(await reservedIs(mug, 0)).toBe(true);
    expect(Date.now()).toBeGreaterThanOrEqual(end.getTime() + graceMs);
    expect(await shop.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
    expect(await shop.metric('stock_released_units_total', { reason: 'expired' })).toBe(before + 2);
  });

  test('of many reservations only those that ended are released', async () => {
    const mug = await shop.product(200);
    const lines = [{ productId: mug, quantity: 1 }];
    const [waiting, over] = [Array.from({ length: 20 }, newId), Array.from({ length: 20 }, newId)];
    await Promise.all([...waiting, ...over].map((id) => shop.mustReserve(id, lines)));

    await Promise.all(over.map((id) => shop.expire(id, longAgo)));

    expect(await reservedIs(mug, 20)).toBe(true);
    const { holds } = await shop.document(mug);
    expect(holds.map(({ orderId }) => orderId.toHexString()).sort()).toEqual(waiting.sort());
    await shop.expectSound(mug, 200);
  });

  test('a payment that comes after the end still gets the stock if it is there, and is short if it is not', async () => {
    const mug = await shop.product(2);
    const [first, second] = [newId(), newId()];
    const lines = [{ productId: mug, quantity: 2 }];
    for (const order of [first, second]) {
      await shop.mustReserve(order, lines);
      await shop.expire(order, longAgo);
      expect(await reservedIs(mug, 0)).toBe(true);
    }

    await shop.paid(first, lines);
    expect(await shop.counts(mug)).toEqual({ available: 0, reserved: 0, sold: 2 });
    await shop.paid(second, lines);

    expect(await until(() => shop.shortages().length > 0, settleWithinMs)).toBe(true);
    expect(shop.shortages()).toMatchObject([{ payload: { orderId: second, shortages: [{ available: 0 }] } }]);
    expect(await shop.counts(mug)).toEqual({ available: 0, reserved: 0, sold: 2 });
  });

  test('the units on hold and the products sold out are shown', async () => {
    const held = await shop.metric('stock_held_units');
    const soldOut = await shop.metric('products_sold_out');
    const mug = await shop.product(2);
    await shop.mustReserve(newId(), [{ productId: mug, quantity: 2 }]);
    expect(
      await until(async () => (await shop.metric('stock_held_units')) === held + 2, settleWithinMs),
    ).toBe(true);
    expect(
      await until(async () => (await shop.metric('products_sold_out')) === soldOut + 1, settleWithinMs),
    ).toBe(true);
  });
});

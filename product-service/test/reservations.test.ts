import { reserveStock } from '@micromall/contracts';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rememberedEndings } from '../src/store/product-model.js';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start('product-reservations', { RESERVATION_SWEEP_MS: '20' });
});
afterAll(() => bed.stop());

describe('reserving stock for an order', () => {
  test('holds every line and answers with names and prices to freeze', async () => {
    const mug = await bed.product(10);
    const pot = await bed.product(5, { name: 'Teapot', price: 4000 });
    const orderId = newId();

    const reply = await bed.reserve(orderId, [
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
    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 3, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 4, reserved: 1, sold: 0 });
  });

  test('counts the units that are held, once', async () => {
    const mug = await bed.product(10);
    const orderId = newId();
    const before = await bed.metric('stock_reserved_units_total');

    await bed.mustReserve(orderId, [{ productId: mug, quantity: 4 }]);
    await bed.mustReserve(orderId, [{ productId: mug, quantity: 4 }]);

    expect(await bed.metric('stock_reserved_units_total')).toBe(before + 4);
  });

  test('the same order again gets the same answer and no more stock', async () => {
    const mug = await bed.product(2);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 2 }];

    const first = await bed.reserve(orderId, lines);
    const second = await bed.reserve(orderId, lines);

    expect(first.ok).toBe(true);
    expect(second).toEqual(first);
    expect(await bed.counts(mug)).toEqual({ available: 0, reserved: 2, sold: 0 });
  });

  test('a later end of the same reservation is kept, an earlier one is not', async () => {
    const mug = await bed.product(2);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 1 }];
    const [early, late] = ['2030-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'];

    await bed.mustReserve(orderId, lines, late);
    await bed.mustReserve(orderId, lines, early);

    expect((await bed.document(mug)).holds[0]?.expiresAt.toISOString()).toBe(late);
  });

  test('lines that name a product twice are added up', async () => {
    const mug = await bed.product(5);

    const reply = await bed.reserve(newId(), [
      { productId: mug, quantity: 2 },
      { productId: mug, quantity: 4 },
    ]);

    expect(reply).toMatchObject({ ok: false, error: { code: 'insufficient-stock' } });
    expect(reply).toMatchObject({
      error: { details: { shortages: [{ productId: mug, name: 'Stoneware mug', wanted: 6, available: 5 }] } },
    });
    expect(await bed.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  test('too little of some lines: each is named, nothing is held, and the stock-out is counted', async () => {
    const [plenty, few, none] = [await bed.product(10), await bed.product(1), await bed.product(0)];
    const unknown = newId();
    const before = await bed.metric('stock_refused_orders_total');

    const reply = await bed.reserve(newId(), [
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
    for (const productId of [plenty, few, none]) expect((await bed.counts(productId)).reserved).toBe(0);
    expect(await bed.metric('stock_refused_orders_total')).toBe(before + 1);
  });

  test('an order that was refused may ask again, and gets the stock that came meanwhile', async () => {
    const [mug, pot] = [await bed.product(1), await bed.product(0)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ];
    expect((await bed.reserve(orderId, lines)).ok).toBe(false);

    await bed.change(pot, 1);

    expect((await bed.reserve(orderId, lines)).ok).toBe(true);
  });

  test('what an attempt held that died half-way is taken over by the next one', async () => {
    const [mug, pot] = [await bed.product(1), await bed.product(1)].sort() as [string, string];
    const orderId = newId();
    // The first line only, as if the process had died before it came to the second.
    await bed.mustReserve(orderId, [{ productId: mug, quantity: 1 }]);

    await bed.mustReserve(orderId, [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ]);

    expect(await bed.counts(mug)).toEqual({ available: 0, reserved: 1, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 0, reserved: 1, sold: 0 });
  });

  test('and goes back when the next one finds too little of the rest', async () => {
    const [mug, pot] = [await bed.product(1), await bed.product(0)];
    const orderId = newId();
    await bed.mustReserve(orderId, [{ productId: mug, quantity: 1 }]);

    const reply = await bed.reserve(orderId, [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ]);

    expect(reply).toMatchObject({ ok: false, error: { details: { shortages: [{ productId: pot }] } } });
    expect(await bed.counts(mug)).toEqual({ available: 1, reserved: 0, sold: 0 });
  });

  test('an order that gave its stock back gets no new one', async () => {
    const [mug, pot] = [await bed.product(5), await bed.product(5)];
    const orderId = newId();
    await bed.mustReserve(orderId, [{ productId: mug, quantity: 1 }]);
    await bed.cancelled(orderId, [{ productId: mug, quantity: 1 }]);

    const reply = await bed.reserve(orderId, [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ]);

    expect(reply).toMatchObject({ ok: false, error: { code: 'reservation-ended' } });
    expect(await bed.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 5, reserved: 0, sold: 0 });
  });

  test('an order that is paid answers as before and takes nothing', async () => {
    const mug = await bed.product(5);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 2 }];
    const first = await bed.reserve(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.reserve(orderId, lines)).toEqual(first);
    expect(await bed.counts(mug)).toEqual({ available: 3, reserved: 0, sold: 2 });
  });

  test('only order-service may ask for it', async () => {
    const mug = await bed.product(5);
    const { rpc } = bed.frontend.platform;
    const request = {
      orderId: newId(),
      lines: [{ productId: mug, quantity: 1 }],
      expiresAt: new Date().toISOString(),
    };

    await expect(rpc.call(reserveStock, request, { identity: bed.admin })).rejects.toMatchObject({
      fault: 'forbidden',
    });
    expect(await bed.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
  });
});

test('a product remembers a bounded number of endings itself, the others are in the archive', async () => {
  const mug = await bed.product(10);
  const { _id } = await bed.document(mug);
  const ended = Array.from({ length: rememberedEndings }, () => ({
    orderId: new Types.ObjectId(),
    outcome: 'sold',
  }));
  await bed.database.collection('products').updateOne({ _id }, { $set: { ended } });
  const orderId = newId();
  const lines = [{ productId: mug, quantity: 1 }];

  await bed.mustReserve(orderId, lines);
  await bed.paid(orderId, lines);
  await bed.paid(orderId, lines);

  await expect.poll(async () => (await bed.document(mug)).ended.length).toBe(rememberedEndings);
  const document = await bed.document(mug);
  expect(document).toMatchObject({ available: 9, reserved: 0, sold: 1 });
  expect(document.ended.at(-1)?.orderId.toHexString()).toBe(orderId);
  const first = ended[0]?.orderId.toHexString();
  const archived = await bed.database.collection('endings').find({}).toArray();
  expect(archived).toMatchObject([{ _id: `${first}:${mug}`, outcome: 'sold' }]);
});

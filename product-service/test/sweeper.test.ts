import { until } from '@micromall/launcher';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed, newId } from './bed.js';

const graceMs = 200;
let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start('product-sweeper', {
    RESERVATION_SWEEP_MS: '20',
    RESERVATION_GRACE_MS: String(graceMs),
  });
});
afterAll(() => bed.stop());

const longAgo = new Date('2026-01-01T00:00:00Z');

function reservedIs(productId: string, expected: number): Promise<boolean> {
  return until(async () => (await bed.counts(productId)).reserved === expected, 10_000);
}

test('stock of an order that nobody paid or cancelled is for sale again, not before the grace is over', async () => {
  const mug = await bed.product(5);
  const orderId = newId();
  await bed.mustReserve(orderId, [{ productId: mug, quantity: 2 }]);
  const ranOut = new Date();
  await bed.runOut(orderId, ranOut);

  expect(await reservedIs(mug, 0)).toBe(true);
  expect(Date.now()).toBeGreaterThanOrEqual(ranOut.getTime() + graceMs);
  expect(await bed.counts(mug)).toEqual({ available: 5, reserved: 0, sold: 0 });
  expect(await bed.metric('stock_released_units_total', { reason: 'expired' })).toBe(2);
});

test('of many reservations only those that ran out are released', async () => {
  const mug = await bed.product(200);
  const lines = [{ productId: mug, quantity: 1 }];
  const [waiting, over] = [Array.from({ length: 20 }, newId), Array.from({ length: 20 }, newId)];
  await Promise.all([...waiting, ...over].map((id) => bed.mustReserve(id, lines)));

  await Promise.all(over.map((id) => bed.runOut(id, longAgo)));

  expect(await reservedIs(mug, 20)).toBe(true);
  const { holds } = await bed.document(mug);
  expect(holds.map(({ orderId }) => orderId.toHexString()).sort()).toEqual(waiting.sort());
  await bed.expectSound(mug, 200);
});

test('a payment told after the end still gets the stock if it is there, and is short if it is not', async () => {
  const mug = await bed.product(2);
  const [first, second] = [newId(), newId()];
  const lines = [{ productId: mug, quantity: 2 }];
  for (const order of [first, second]) {
    await bed.mustReserve(order, lines);
    await bed.runOut(order, longAgo);
    expect(await reservedIs(mug, 0)).toBe(true);
  }

  await bed.paid(first, lines);
  expect(await bed.counts(mug)).toEqual({ available: 0, reserved: 0, sold: 2 });
  await bed.paid(second, lines);

  expect(await until(() => bed.heardShort.length > 0, 10_000)).toBe(true);
  expect(bed.heardShort).toMatchObject([{ payload: { orderId: second, shortages: [{ available: 0 }] } }]);
  expect(await bed.counts(mug)).toEqual({ available: 0, reserved: 0, sold: 2 });
});

test('the units on hold and the products sold out are shown', async () => {
  const held = await bed.metric('stock_held_units');
  const soldOut = await bed.metric('products_sold_out');
  const mug = await bed.product(2);
  await bed.mustReserve(newId(), [{ productId: mug, quantity: 2 }]);
  expect(await until(async () => (await bed.metric('stock_held_units')) === held + 2, 10_000)).toBe(true);
  expect(await until(async () => (await bed.metric('products_sold_out')) === soldOut + 1, 10_000)).toBe(true);
});

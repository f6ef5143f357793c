import { stockShort } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { newId, settleWithinMs } from '@micromall/test-kit';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ProductHarness, startProductHarness } from './harness.js';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProductHarness({ RESERVATION_SWEEP_MS: '20' });
});
afterAll(() => shop.harness.stop());
beforeEach(() => {
  shop.harness.clear();
});

/** An order that holds 3 of the 10 there are. */
async function orderOfThree() {
  const mug = await shop.product(10);
  const orderId = newId();
  const lines = [{ productId: mug, quantity: 3 }];
  await shop.mustReserve(orderId, lines);
  return { mug, orderId, lines };
}

/** An order that gave all 3 there are back, and another one that has them now. */
async function lostToAnother() {
  const mug = await shop.product(3);
  const [late, quick] = [newId(), newId()];
  const lines = [{ productId: mug, quantity: 3 }];
  await shop.mustReserve(late, lines);
  await shop.cancelled(late, lines);
  await shop.mustReserve(quick, lines);
  return { mug, late, quick, lines };
}

describe('a paid order', () => {
  test('has its stock sold, once, however often its event comes', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    const before = await shop.metric('stock_sold_units_total');

    await shop.paid(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
    expect(await shop.metric('stock_sold_units_total')).toBe(before + 3);
  });

  test('keeps its stock when a cancellation comes late', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.paid(orderId, lines);

    await shop.cancelled(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
  });

  test('of which nothing is known sells nothing, and is counted for a person to see', async () => {
    const mug = await shop.product(10);
    const before = await shop.metric('stock_unknown_sales_total');

    await shop.paid(newId(), [{ productId: mug, quantity: 3 }]);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await shop.metric('stock_unknown_sales_total')).toBe(before + 1);
  });
});

describe('a cancelled order', () => {
  test('gives its stock back, once', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    const before = await shop.metric('stock_released_units_total', { reason: 'cancelled' });

    await shop.cancelled(orderId, lines);
    await shop.cancelled(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await shop.metric('stock_released_units_total', { reason: 'cancelled' })).toBe(before + 3);
  });

  test('whose reservation arrives only now gets none', async () => {
    const mug = await shop.product(10);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 3 }];
    await shop.cancelled(orderId, lines);

    expect(await shop.reserve(orderId, lines)).toMatchObject({
      ok: false,
      error: { code: 'reservation-ended' },
    });
    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('that was refused its stock leaves no trace', async () => {
    const mug = await shop.product(1);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 3 }];
    expect((await shop.reserve(orderId, lines)).ok).toBe(false);

    await shop.cancelled(orderId, lines, 'out-of-stock');

    expect((await shop.document(mug)).ended).toEqual([]);
  });
});

describe('a refunded order', () => {
  test('has its stock for sale again, once', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.paid(orderId, lines);
    const before = await shop.metric('stock_returned_units_total');

    await shop.refunded(orderId, lines);
    await shop.refunded(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await shop.metric('stock_returned_units_total')).toBe(before + 3);
  });

  test('whose payment comes only afterwards is not sold', async () => {
    const { mug, orderId, lines } = await orderOfThree();

    await shop.refunded(orderId, lines);
    await shop.paid(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(shop.shortages()).toEqual([]);
  });

  test('whose refund was cut short half-way is not sold by a late payment either', async () => {
    const [mug, pot] = [await shop.product(10), await shop.product(10)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ];
    await shop.mustReserve(orderId, lines);
    await shop.refunded(orderId, [{ productId: mug, quantity: 1 }]);

    await shop.paid(orderId, lines);
    expect(await shop.counts(pot)).toEqual({ available: 9, reserved: 1, sold: 0 });
    await shop.refunded(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('stays returned when a cancellation comes late', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.paid(orderId, lines);
    await shop.refunded(orderId, lines);

    await shop.cancelled(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('that had given its stock back unpaid returns nothing, and sells nothing later', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.cancelled(orderId, lines);

    await shop.refunded(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('that was sold so long ago that it is archived gives its stock back, once', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.paid(orderId, lines);
    await shop.archiveSettled(mug);

    await shop.refunded(orderId, lines);
    await shop.refunded(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('gives it back once, even if its event comes again after thousands of others', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    const other = newId();
    await shop.mustReserve(other, lines);
    await shop.paid(other, lines);
    await shop.paid(orderId, lines);
    await shop.refunded(orderId, lines);
    await shop.archiveSettled(mug);

    await shop.refunded(orderId, lines);
    await shop.paid(orderId, lines);
    await shop.paid(other, lines);

    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
  });

  test('whose reservation comes again long after its end gets nothing', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.cancelled(orderId, lines);
    await shop.archiveSettled(mug);

    expect(await shop.reserve(orderId, lines)).toMatchObject({ error: { code: 'reservation-ended' } });
    expect(await shop.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });
});

describe('a payment that comes after the stock was given back', () => {
  test('sells it all the same if there is enough left', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.cancelled(orderId, lines);

    await shop.paid(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
    expect(shop.shortages()).toEqual([]);
  });

  test('sells it even if thousands of others came in between', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await shop.cancelled(orderId, lines);
    await shop.archiveSettled(mug);

    await shop.paid(orderId, lines);
    await shop.paid(orderId, lines);

    expect(await shop.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
  });

  test('reports to order-service that it is short if the stock has gone to others, and keeps nothing', async () => {
    const [mug, pot] = [await shop.product(3), await shop.product(2, { name: 'Teapot' })];
    const [late, quick] = [newId(), newId()];
    const lines = [
      { productId: mug, quantity: 3 },
      { productId: pot, quantity: 1 },
    ];
    await shop.mustReserve(late, lines);
    await shop.cancelled(late, [{ productId: mug, quantity: 3 }]);
    await shop.mustReserve(quick, [{ productId: mug, quantity: 2 }]);
    const before = await shop.metric('stock_short_paid_orders_total');

    await shop.paid(late, lines);

    await until(() => shop.shortages().length > 0, settleWithinMs);
    expect(shop.shortages()).toEqual([
      {
        messageId: `${stockShort.name}:${late}`,
        payload: {
          orderId: late,
          shortages: [{ productId: mug, name: 'Stoneware mug', wanted: 3, available: 1 }],
          occurredAt: expect.any(String),
        },
      },
    ]);
    expect(await shop.counts(mug)).toEqual({ available: 1, reserved: 2, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 2, reserved: 0, sold: 0 });
    expect(await shop.metric('stock_short_paid_orders_total')).toBe(before + 1);
  });

  test('is as short the second time, though there is enough by then, and its refund returns nothing', async () => {
    const { mug, late, quick, lines } = await lostToAnother();
    await shop.paid(late, lines);
    await shop.cancelled(quick, lines);

    await shop.paid(late, lines);
    await shop.refunded(late, lines);

    await until(() => shop.shortages().length > 1, settleWithinMs);
    expect(shop.shortages()).toHaveLength(2);
    expect(shop.shortages()[1]).toEqual(shop.shortages()[0]);
    expect(await shop.counts(mug)).toEqual({ available: 3, reserved: 0, sold: 0 });
  });

  test('reports the same shortage again while there is still too little, though a little more', async () => {
    const { mug, late, lines } = await lostToAnother();
    await shop.paid(late, lines);
    await shop.change(mug, 2);

    await shop.paid(late, lines);

    await until(() => shop.shortages().length > 1, settleWithinMs);
    expect(shop.shortages()).toHaveLength(2);
    expect(shop.shortages()[1]).toEqual(shop.shortages()[0]);
    expect(await shop.counts(mug)).toEqual({ available: 2, reserved: 3, sold: 0 });
  });

  test('a refund of a short order returns nothing even when all else of it is archived', async () => {
    const mug = await shop.product(5);
    const [late, quick] = [newId(), newId()];
    await shop.mustReserve(late, [{ productId: mug, quantity: 3 }]);
    await shop.cancelled(late, [{ productId: mug, quantity: 3 }]);
    await shop.mustReserve(quick, [{ productId: mug, quantity: 5 }]);
    await shop.paid(late, [{ productId: mug, quantity: 3 }]);
    await shop.paid(quick, [{ productId: mug, quantity: 5 }]);
    await shop.archiveSettled(mug);

    await shop.refunded(late, [{ productId: mug, quantity: 3 }]);

    expect(await shop.counts(mug)).toEqual({ available: 0, reserved: 0, sold: 5 });
  });

  test('an order whose decision was cut short half-way is decided the same way again', async () => {
    const [mug, pot] = [await shop.product(3), await shop.product(2)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 3 },
      { productId: pot, quantity: 1 },
    ];
    await shop.mustReserve(orderId, lines);
    await shop.cancelled(orderId, [{ productId: mug, quantity: 3 }]);
    // As if the process had died when it had written the decision down, and nothing else yet.
    const shortages = [{ productId: mug, name: 'Stoneware mug', wanted: 3, available: 0 }];
    await shop.database
      .collection('short-orders')
      .insertOne({ _id: new Types.ObjectId(orderId), shortages, occurredAt: new Date() });

    await shop.paid(orderId, lines);

    await until(() => shop.shortages().length > 0, settleWithinMs);
    expect(shop.shortages()).toMatchObject([{ payload: { orderId, shortages } }]);
    expect(await shop.counts(mug)).toEqual({ available: 3, reserved: 0, sold: 0 });
    expect(await shop.counts(pot)).toEqual({ available: 2, reserved: 0, sold: 0 });
  });
});

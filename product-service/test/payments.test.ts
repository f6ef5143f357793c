import { stockShort } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start('product-payments', { RESERVATION_SWEEP_MS: '20' });
});
afterAll(() => bed.stop());
beforeEach(() => {
  bed.heardShort.length = 0;
});

/** An order that holds 3 of the 10 there are. */
async function orderOfThree() {
  const mug = await bed.product(10);
  const orderId = newId();
  const lines = [{ productId: mug, quantity: 3 }];
  await bed.mustReserve(orderId, lines);
  return { mug, orderId, lines };
}

/** An order that gave all 3 there are back, and another one that has them now. */
async function lostToAnother() {
  const mug = await bed.product(3);
  const [late, quick] = [newId(), newId()];
  const lines = [{ productId: mug, quantity: 3 }];
  await bed.mustReserve(late, lines);
  await bed.cancelled(late, lines);
  await bed.mustReserve(quick, lines);
  return { mug, late, quick, lines };
}

describe('a paid order', () => {
  test('has its stock sold, once, however often its payment is told', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    const before = await bed.metric('stock_sold_units_total');

    await bed.paid(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
    expect(await bed.metric('stock_sold_units_total')).toBe(before + 3);
  });

  test('keeps its stock when a cancellation comes late', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.paid(orderId, lines);

    await bed.cancelled(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
  });

  test('of which nothing is known sells nothing, and is counted for a person to see', async () => {
    const mug = await bed.product(10);
    const before = await bed.metric('stock_unknown_sales_total');

    await bed.paid(newId(), [{ productId: mug, quantity: 3 }]);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await bed.metric('stock_unknown_sales_total')).toBe(before + 1);
  });
});

describe('a cancelled order', () => {
  test('gives its stock back, once', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    const before = await bed.metric('stock_released_units_total', { reason: 'cancelled' });

    await bed.cancelled(orderId, lines);
    await bed.cancelled(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await bed.metric('stock_released_units_total', { reason: 'cancelled' })).toBe(before + 3);
  });

  test('whose reservation arrives only now gets none', async () => {
    const mug = await bed.product(10);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 3 }];
    await bed.cancelled(orderId, lines);

    expect(await bed.reserve(orderId, lines)).toMatchObject({
      ok: false,
      error: { code: 'reservation-ended' },
    });
    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('that was refused its stock leaves no trace', async () => {
    const mug = await bed.product(1);
    const orderId = newId();
    const lines = [{ productId: mug, quantity: 3 }];
    expect((await bed.reserve(orderId, lines)).ok).toBe(false);

    await bed.cancelled(orderId, lines, 'out-of-stock');

    expect((await bed.document(mug)).ended).toEqual([]);
  });
});

describe('a refunded order', () => {
  test('has its stock for sale again, once', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.paid(orderId, lines);
    const before = await bed.metric('stock_returned_units_total');

    await bed.refunded(orderId, lines);
    await bed.refunded(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await bed.metric('stock_returned_units_total')).toBe(before + 3);
  });

  test('whose payment is told only afterwards is not sold', async () => {
    const { mug, orderId, lines } = await orderOfThree();

    await bed.refunded(orderId, lines);
    await bed.paid(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(bed.heardShort).toEqual([]);
  });

  test('whose refund was cut short half-way is not sold by a late payment either', async () => {
    const [mug, pot] = [await bed.product(10), await bed.product(10)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 1 },
      { productId: pot, quantity: 1 },
    ];
    await bed.mustReserve(orderId, lines);
    await bed.refunded(orderId, [{ productId: mug, quantity: 1 }]);

    await bed.paid(orderId, lines);
    expect(await bed.counts(pot)).toEqual({ available: 9, reserved: 1, sold: 0 });
    await bed.refunded(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('stays returned when a cancellation comes late', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.paid(orderId, lines);
    await bed.refunded(orderId, lines);

    await bed.cancelled(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('that had given its stock back unpaid returns nothing, and sells nothing later', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.cancelled(orderId, lines);

    await bed.refunded(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('that was sold so long ago that it is forgotten gives its stock back, once', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.paid(orderId, lines);
    await bed.forgetEndings(mug);

    await bed.refunded(orderId, lines);
    await bed.refunded(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });

  test('gives it back once, even if the second word of it comes long after thousands of others', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    const other = newId();
    await bed.mustReserve(other, lines);
    await bed.paid(other, lines);
    await bed.paid(orderId, lines);
    await bed.refunded(orderId, lines);
    await bed.forgetEndings(mug);

    await bed.refunded(orderId, lines);
    await bed.paid(orderId, lines);
    await bed.paid(other, lines);

    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
  });

  test('whose reservation comes again long after its end gets nothing', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.cancelled(orderId, lines);
    await bed.forgetEndings(mug);

    expect(await bed.reserve(orderId, lines)).toMatchObject({ error: { code: 'reservation-ended' } });
    expect(await bed.counts(mug)).toEqual({ available: 10, reserved: 0, sold: 0 });
  });
});

describe('a payment that is told after the stock was given back', () => {
  test('sells it all the same if there is enough left', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.cancelled(orderId, lines);

    await bed.paid(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
    expect(bed.heardShort).toEqual([]);
  });

  test('sells it even if thousands of others came in between', async () => {
    const { mug, orderId, lines } = await orderOfThree();
    await bed.cancelled(orderId, lines);
    await bed.forgetEndings(mug);

    await bed.paid(orderId, lines);
    await bed.paid(orderId, lines);

    expect(await bed.counts(mug)).toEqual({ available: 7, reserved: 0, sold: 3 });
  });

  test('tells order-service that it is short if the stock has gone to others, and keeps nothing', async () => {
    const [mug, pot] = [await bed.product(3), await bed.product(2, { name: 'Teapot' })];
    const [late, quick] = [newId(), newId()];
    const lines = [
      { productId: mug, quantity: 3 },
      { productId: pot, quantity: 1 },
    ];
    await bed.mustReserve(late, lines);
    await bed.cancelled(late, [{ productId: mug, quantity: 3 }]);
    await bed.mustReserve(quick, [{ productId: mug, quantity: 2 }]);
    const before = await bed.metric('stock_short_paid_orders_total');

    await bed.paid(late, lines);

    await until(() => bed.heardShort.length > 0, 5_000);
    expect(bed.heardShort).toEqual([
      {
        messageId: `${stockShort.name}:${late}`,
        payload: {
          orderId: late,
          shortages: [{ productId: mug, name: 'Stoneware mug', wanted: 3, available: 1 }],
          occurredAt: expect.any(String),
        },
      },
    ]);
    expect(await bed.counts(mug)).toEqual({ available: 1, reserved: 2, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 2, reserved: 0, sold: 0 });
    expect(await bed.metric('stock_short_paid_orders_total')).toBe(before + 1);
  });

  test('is as short the second time, though there is enough by then, and its refund returns nothing', async () => {
    const { mug, late, quick, lines } = await lostToAnother();
    await bed.paid(late, lines);
    await bed.cancelled(quick, lines);

    await bed.paid(late, lines);
    await bed.refunded(late, lines);

    await until(() => bed.heardShort.length > 1, 5_000);
    expect(bed.heardShort).toHaveLength(2);
    expect(bed.heardShort[1]).toEqual(bed.heardShort[0]);
    expect(await bed.counts(mug)).toEqual({ available: 3, reserved: 0, sold: 0 });
  });

  test('tells the same shortage again while there is still too little, though a little more', async () => {
    const { mug, late, lines } = await lostToAnother();
    await bed.paid(late, lines);
    await bed.change(mug, 2);

    await bed.paid(late, lines);

    await until(() => bed.heardShort.length > 1, 5_000);
    expect(bed.heardShort).toHaveLength(2);
    expect(bed.heardShort[1]).toEqual(bed.heardShort[0]);
    expect(await bed.counts(mug)).toEqual({ available: 2, reserved: 3, sold: 0 });
  });

  test('a refund of a short order returns nothing even when all else of it is forgotten', async () => {
    const mug = await bed.product(5);
    const [late, quick] = [newId(), newId()];
    await bed.mustReserve(late, [{ productId: mug, quantity: 3 }]);
    await bed.cancelled(late, [{ productId: mug, quantity: 3 }]);
    await bed.mustReserve(quick, [{ productId: mug, quantity: 5 }]);
    await bed.paid(late, [{ productId: mug, quantity: 3 }]);
    await bed.paid(quick, [{ productId: mug, quantity: 5 }]);
    await bed.forgetEndings(mug);

    await bed.refunded(late, [{ productId: mug, quantity: 3 }]);

    expect(await bed.counts(mug)).toEqual({ available: 0, reserved: 0, sold: 5 });
  });

  test('an order whose decision was cut short half-way is decided the same way again', async () => {
    const [mug, pot] = [await bed.product(3), await bed.product(2)];
    const orderId = newId();
    const lines = [
      { productId: mug, quantity: 3 },
      { productId: pot, quantity: 1 },
    ];
    await bed.mustReserve(orderId, lines);
    await bed.cancelled(orderId, [{ productId: mug, quantity: 3 }]);
    // As if the process had died when it had written the decision down, and nothing else yet.
    const shortages = [{ productId: mug, name: 'Stoneware mug', wanted: 3, available: 0 }];
    await bed.database
      .collection('short-orders')
      .insertOne({ _id: new Types.ObjectId(orderId), shortages, occurredAt: new Date() });

    await bed.paid(orderId, lines);

    await until(() => bed.heardShort.length > 0, 5_000);
    expect(bed.heardShort).toMatchObject([{ payload: { orderId, shortages } }]);
    expect(await bed.counts(mug)).toEqual({ available: 3, reserved: 0, sold: 0 });
    expect(await bed.counts(pot)).toEqual({ available: 2, reserved: 0, sold: 0 });
  });
});

import { catalog, changeProduct, createProduct, mostCharge } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { newId, settleWithinMs } from '@micromall/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProductHarness, startProductHarness } from './harness.js';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProductHarness({ CURRENCY: 'EUR' });
});
afterAll(() => shop.harness.stop());

/** Delivers the same message three times. */
async function fromGui(queue: string, request: object, messageId: string) {
  const replies = await shop.harness.askFromGui(queue, request, { message_id: messageId }, 3);
  return replies as { ok: boolean; product: { productId: string; available: number } }[];
}

async function productsCalled(name: string): Promise<number> {
  return shop.database.collection('products').countDocuments({ name });
}

describe('a new product', () => {
  test('is in the catalogue at once, as it was described, in the currency of the shop', async () => {
    const { rpc } = shop;
    await rpc.call(catalog, {});
    const request = {
      name: '  <b>Mug</b> & "co"  ',
      description: "It's a {{mug}}.",
      category: 'Kitchen',
      price: 1850,
      quantity: 4,
    };
    const created = await rpc.call(createProduct, request, shop.admin);

    const expected = {
      ...request,
      name: '<b>Mug</b> & "co"',
      available: 4,
      quantity: undefined,
      currency: 'EUR',
      image: null,
    };
    expect(created).toMatchObject({ ok: true });
    const page = await rpc.call(catalog, { search: 'mug' });
    expect(page.ok && page.products).toEqual([
      { ...JSON.parse(JSON.stringify(expected)), productId: created.ok ? created.product.productId : '' },
    ]);
  });

  test('is one product however often its message is delivered', async () => {
    const request = { name: 'Delivered thrice', quantity: 1, price: 100 };

    const answers = await fromGui('create-product', request, `create-${newId()}`);

    expect(new Set(answers.map(({ product }) => product.productId)).size).toBe(1);
    expect(await productsCalled('Delivered thrice')).toBe(1);
    expect(await shop.metric('products_created_total')).toBeGreaterThan(0);
  });

  test('published from the GUI without a message id is created each time', async () => {
    const body = JSON.stringify({ name: 'By hand', quantity: 1, price: 100 });
    await shop.harness.vhost.publish('create-product', body);
    await shop.harness.vhost.publish('create-product', body);

    expect(await until(async () => (await productsCalled('By hand')) === 2, settleWithinMs)).toBe(true);
  });

  test('is not for shoppers to create', async () => {
    const request = { name: 'Forged', quantity: 1, price: 1 };
    const { rpc } = shop;

    await expect(rpc.call(createProduct, request, shop.shopper)).rejects.toMatchObject({
      fault: 'forbidden',
    });
    expect(await productsCalled('Forged')).toBe(0);
  });

  test.each([
    ['a price of nothing', { price: 0 }],
    ['a negative price', { price: -1 }],
    ['a fraction of a cent', { price: 1.5 }],
    ['a negative quantity', { quantity: -1 }],
    ['more than a million', { quantity: 1_000_001 }],
    ['no name', { name: '   ' }],
    ['an operator for a name', { name: { $gt: '' } as unknown as string }],
  ])('with %s is refused', async (_, wrong) => {
    const request = { name: 'Refused', quantity: 1, price: 100, ...wrong };
    const { rpc } = shop;

    await expect(rpc.call(createProduct, request, shop.admin)).rejects.toMatchObject({
      fault: 'malformed-request',
    });
    expect(await productsCalled('Refused')).toBe(0);
  });
});

describe('the price of a new product', () => {
  const create = (price: number) =>
    shop.rpc.call(createProduct, { name: `Priced ${price}`, quantity: 1, price }, shop.admin);

  test.each([50, mostCharge])('may be %i, which Stripe takes', async (price) => {
    expect(await create(price)).toMatchObject({ ok: true, product: { price, currency: 'EUR' } });
  });

  test.each([49, mostCharge + 1])('may not be %i, which Stripe does not take', async (price) => {
    const refused = await shop.metric('product_prices_refused_total');

    expect(await create(price)).toMatchObject({
      ok: false,
      error: { code: 'price-not-payable', details: { least: 50, most: 99_999_999, currency: 'EUR' } },
    });
    expect(await productsCalled(`Priced ${price}`)).toBe(0);
    expect(await shop.metric('product_prices_refused_total')).toBe(refused + 1);
  });
});

describe('changing the stock', () => {
  test('adds and takes away, and the catalogue shows it at once', async () => {
    const mug = await shop.product(10, { name: 'Changed mug' });
    const { rpc } = shop;
    await rpc.call(catalog, {});

    expect(await shop.change(mug, 5)).toMatchObject({ ok: true, product: { productId: mug, available: 15 } });
    expect(await shop.change(mug, -15)).toMatchObject({ ok: true, product: { available: 0 } });

    const page = await rpc.call(catalog, { search: 'changed mug' });
    expect(page).toMatchObject({ products: [{ productId: mug, available: 0 }] });
  });

  test('never below what is available: what orders hold is not for taking', async () => {
    const mug = await shop.product(10);
    await shop.mustReserve(newId(), [{ productId: mug, quantity: 8 }]);

    const reply = await shop.change(mug, -3);

    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'insufficient-stock', details: { available: 2 } },
    });
    expect(await shop.counts(mug)).toEqual({ available: 2, reserved: 8, sold: 0 });
  });

  test('never above a million', async () => {
    const mug = await shop.product(999_999);

    expect(await shop.change(mug, 2)).toMatchObject({
      ok: false,
      error: { code: 'stock-limit', details: { available: 999_999 } },
    });
    expect(await shop.change(mug, 1)).toMatchObject({ ok: true, product: { available: 1_000_000 } });
  });

  test('stock that comes back above a million is shown as a million, and none is lost', async () => {
    const mug = await shop.product(1_000_000);
    const [orderId, lines] = [newId(), [{ productId: mug, quantity: 5 }]];
    await shop.mustReserve(orderId, lines);
    await shop.change(mug, 5);
    await shop.cancelled(orderId, lines);

    const reply = await shop.rpc.call(catalog, { productIds: [mug] });

    expect(reply).toMatchObject({ ok: true, products: [{ available: 1_000_000 }] });
    expect((await shop.counts(mug)).available).toBe(1_000_005);
  });

  test('of a product that does not exist is refused', async () => {
    expect(await shop.change(newId(), 1)).toMatchObject({ ok: false, error: { code: 'product-unknown' } });
  });

  test('happens once however often its message is delivered, and answers the same', async () => {
    const mug = await shop.product(10);

    const answers = await fromGui('change-product', { productId: mug, qty: -4 }, `change-${newId()}`);

    expect(answers.map(({ ok, product }) => [ok, product.available])).toEqual(Array(3).fill([true, 6]));
    expect((await shop.counts(mug)).available).toBe(6);
  });

  test('twenty takers at once of what is enough for seven: seven get it', async () => {
    const mug = await shop.product(15);

    const replies = await Promise.all(Array.from({ length: 20 }, () => shop.change(mug, -2)));

    expect(replies.filter(({ ok }) => ok)).toHaveLength(7);
    expect((await shop.counts(mug)).available).toBe(1);
  });

  test('is not for shoppers', async () => {
    const mug = await shop.product(10);
    const { rpc } = shop;

    await expect(rpc.call(changeProduct, { productId: mug, qty: -1 }, shop.shopper)).rejects.toMatchObject({
      fault: 'forbidden',
    });
    expect((await shop.counts(mug)).available).toBe(10);
  });
});

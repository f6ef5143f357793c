import { catalog, changeProduct, createProduct } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start('product-products', { CURRENCY: 'EUR' });
});
afterAll(() => bed.stop());

/** Publishes as the RabbitMQ GUI does, and gives the answers that come to its reply queue. */
async function askByHand(queue: string, request: object, messageId: string, times: number) {
  const properties = { reply_to: 'gui-replies', message_id: messageId };
  for (let time = 0; time < times; time += 1) {
    expect(await bed.vhost.publish(queue, JSON.stringify(request), properties)).toBe(true);
  }
  const answers: { ok: boolean; product: { productId: string; available: number } }[] = [];
  const came = await until(async () => {
    const messages = await bed.vhost.take('gui-replies', times);
    answers.push(...messages.map(({ payload }) => JSON.parse(payload)));
    return answers.length === times;
  }, 10_000);
  expect(came).toBe(true);
  return answers;
}

async function productsCalled(name: string): Promise<number> {
  return bed.database.collection('products').countDocuments({ name });
}

describe('a new product', () => {
  test('is in the catalogue at once, as it was described, in the currency of the shop', async () => {
    const { rpc } = bed.frontend.platform;
    await rpc.call(catalog, {});
    const request = {
      name: '  <b>Mug</b> & "co"  ',
      description: "It's a {{mug}}.",
      category: 'Kitchen',
      price: 1850,
      quantity: 4,
    };
    const created = await rpc.call(createProduct, request, { identity: bed.admin });

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

    const answers = await askByHand('create-product', request, `create-${newId()}`, 3);

    expect(new Set(answers.map(({ product }) => product.productId)).size).toBe(1);
    expect(await productsCalled('Delivered thrice')).toBe(1);
    expect(await bed.metric('products_created_total')).toBeGreaterThan(0);
  });

  test('published by hand without a message id is made each time', async () => {
    const body = JSON.stringify({ name: 'By hand', quantity: 1, price: 100 });
    await bed.vhost.publish('create-product', body);
    await bed.vhost.publish('create-product', body);

    expect(await until(async () => (await productsCalled('By hand')) === 2, 5_000)).toBe(true);
  });

  test('is not for shoppers to make', async () => {
    const request = { name: 'Forged', quantity: 1, price: 1 };
    const { rpc } = bed.frontend.platform;

    await expect(rpc.call(createProduct, request, { identity: bed.shopper })).rejects.toMatchObject({
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
    const { rpc } = bed.frontend.platform;

    await expect(rpc.call(createProduct, request, { identity: bed.admin })).rejects.toMatchObject({
      fault: 'malformed-request',
    });
    expect(await productsCalled('Refused')).toBe(0);
  });
});

describe('changing the stock', () => {
  test('adds and takes away, and the catalogue shows it at once', async () => {
    const mug = await bed.product(10, { name: 'Changed mug' });
    const { rpc } = bed.frontend.platform;
    await rpc.call(catalog, {});

    expect(await bed.change(mug, 5)).toMatchObject({ ok: true, product: { productId: mug, available: 15 } });
    expect(await bed.change(mug, -15)).toMatchObject({ ok: true, product: { available: 0 } });

    const page = await rpc.call(catalog, { search: 'changed mug' });
    expect(page).toMatchObject({ products: [{ productId: mug, available: 0 }] });
  });

  test('never below what is available: what orders hold is not for taking', async () => {
    const mug = await bed.product(10);
    await bed.mustReserve(newId(), [{ productId: mug, quantity: 8 }]);

    const reply = await bed.change(mug, -3);

    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'insufficient-stock', details: { available: 2 } },
    });
    expect(await bed.counts(mug)).toEqual({ available: 2, reserved: 8, sold: 0 });
  });

  test('never above a million', async () => {
    const mug = await bed.product(999_999);

    expect(await bed.change(mug, 2)).toMatchObject({
      ok: false,
      error: { code: 'stock-limit', details: { available: 999_999 } },
    });
    expect(await bed.change(mug, 1)).toMatchObject({ ok: true, product: { available: 1_000_000 } });
  });

  test('stock that comes back above a million is shown as a million, and none is lost', async () => {
    const mug = await bed.product(1_000_000);
    const [orderId, lines] = [newId(), [{ productId: mug, quantity: 5 }]];
    await bed.mustReserve(orderId, lines);
    await bed.change(mug, 5);
    await bed.cancelled(orderId, lines);

    const reply = await bed.frontend.platform.rpc.call(catalog, { productIds: [mug] });

    expect(reply).toMatchObject({ ok: true, products: [{ available: 1_000_000 }] });
    expect((await bed.counts(mug)).available).toBe(1_000_005);
  });

  test('of a product that does not exist is refused', async () => {
    expect(await bed.change(newId(), 1)).toMatchObject({ ok: false, error: { code: 'product-unknown' } });
  });

  test('happens once however often its message is delivered, and answers the same', async () => {
    const mug = await bed.product(10);

    const answers = await askByHand('change-product', { productId: mug, qty: -4 }, `change-${newId()}`, 3);

    expect(answers.map(({ ok, product }) => [ok, product.available])).toEqual(Array(3).fill([true, 6]));
    expect((await bed.counts(mug)).available).toBe(6);
  });

  test('twenty takers at once of what is enough for seven: seven get it', async () => {
    const mug = await bed.product(15);

    const replies = await Promise.all(Array.from({ length: 20 }, () => bed.change(mug, -2)));

    expect(replies.filter(({ ok }) => ok)).toHaveLength(7);
    expect((await bed.counts(mug)).available).toBe(1);
  });

  test('is not for shoppers', async () => {
    const mug = await bed.product(10);
    const { rpc } = bed.frontend.platform;

    await expect(
      rpc.call(changeProduct, { productId: mug, qty: -1 }, { identity: bed.shopper }),
    ).rejects.toMatchObject({ fault: 'forbidden' });
    expect((await bed.counts(mug)).available).toBe(10);
  });
});

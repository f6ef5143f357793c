import { changeCart, deleteCart, largestAmount, largestQuantity } from '@micromall/contracts';
import { expectOk, newId } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CartHarness, contentsOf, startCartHarness } from './harness.js';

let shop: CartHarness;
let guest: string;

beforeAll(async () => {
  shop = await startCartHarness();
});
beforeEach(() => {
  guest = shop.newGuest();
  shop.catalogue.answers = 'well';
});
afterAll(() => shop.harness.stop());

describe('a cart that nobody has used yet', () => {
  it('is empty, in version 0, and product-service is not asked about it', async () => {
    const asked = shop.harness.requests.length;
    expect(await shop.get(guest)).toEqual({
      id: guest,
      version: 0,
      lines: [],
      count: 0,
      subtotal: 0,
      currency: 'SGD',
    });
    expect(shop.harness.requests.length).toBe(asked);
  });
});

describe('putting something into a cart', () => {
  it('shows it as product-service names, prices and stocks it, and counts the items and the sum', async () => {
    const mug = shop.stock(24, { name: 'Stoneware mug', price: 1850, image: 'a'.repeat(64) });
    const lamp = shop.stock(3, { name: 'Lamp', price: 9900 });
    await shop.change(guest, mug.productId, 2);
    const { cart } = expectOk(await shop.change(guest, lamp.productId, 1));
    expect(cart).toEqual({
      id: guest,
      version: 2,
      lines: [
        {
          productId: mug.productId,
          name: 'Stoneware mug',
          image: 'a'.repeat(64),
          price: 1850,
          quantity: 2,
          available: 24,
          amount: 3700,
        },
        {
          productId: lamp.productId,
          name: 'Lamp',
          image: null,
          price: 9900,
          quantity: 1,
          available: 3,
          amount: 9900,
        },
      ],
      count: 3,
      subtotal: 13_600,
      currency: 'SGD',
    });
    expect(await shop.get(guest)).toEqual(cart);
  });

  it('adds to what is there, and grows the version with each change', async () => {
    const mug = shop.stock(24);
    await shop.change(guest, mug.productId, 2);
    const { cart } = expectOk(await shop.change(guest, mug.productId, 3));
    expect(contentsOf(cart)).toEqual({ [mug.productId]: 5 });
    expect(cart.version).toBe(2);
  });

  it('shows a new price and name at once', async () => {
    const mug = shop.stock(24, { price: 1850 });
    await shop.change(guest, mug.productId, 2);
    shop.products.set(mug.productId, { ...mug, price: 2000, name: 'Mug, now dearer' });
    expect(await shop.get(guest)).toMatchObject({
      lines: [{ name: 'Mug, now dearer', price: 2000, amount: 4000 }],
      subtotal: 4000,
    });
  });

  it('is refused beyond the stock, with how many there are and how many the cart has', async () => {
    const mug = shop.stock(3, { name: 'Stoneware mug' });
    await shop.change(guest, mug.productId, 2);
    expect(await shop.change(guest, mug.productId, 2)).toMatchObject({
      ok: false,
      error: {
        code: 'insufficient-stock',
        message: 'There are only 3 of Stoneware mug; 2 in your cart already.',
        details: { name: 'Stoneware mug', available: 3, inCart: 2 },
      },
    });
    expect(await shop.get(guest)).toMatchObject({ version: 1, count: 2 });
    expectOk(await shop.change(guest, mug.productId, 1));
  });

  it('is refused beyond the largest quantity, however much there is', async () => {
    const pin = shop.stock(50_000, { name: 'Pin' });
    expectOk(await shop.change(guest, pin.productId, largestQuantity));
    expect(await shop.change(guest, pin.productId, 1)).toMatchObject({
      ok: false,
      error: { code: 'insufficient-stock', details: { available: largestQuantity, inCart: largestQuantity } },
    });
  });

  it('is refused for a product that the shop does not have', async () => {
    expect(await shop.change(guest, newId(), 1)).toMatchObject({ error: { code: 'product-unknown' } });
    expect(await shop.get(guest)).toMatchObject({ version: 0 });
  });

  it('is refused for the 101st different product, while the others can still grow', async () => {
    const products = Array.from({ length: 101 }, () => shop.stock(5));
    for (const { productId } of products.slice(0, 100)) expectOk(await shop.change(guest, productId, 1));
    const [first] = products;
    const last = products[100];
    expect(await shop.change(guest, last!.productId, 1)).toMatchObject({ error: { code: 'cart-full' } });
    expectOk(await shop.change(guest, first!.productId, 1));
    expect(await shop.get(guest)).toMatchObject({ count: 101 });
  });

  it('can be dear: the sum of the largest quantity at the largest price is still shown', async () => {
    const palace = shop.stock(largestQuantity, { price: largestAmount });
    const { cart } = expectOk(await shop.change(guest, palace.productId, largestQuantity));
    expect(cart.subtotal).toBe(largestAmount * largestQuantity);
  });
});

describe('taking something out of a cart', () => {
  it('leaves the rest, and removes the line when nothing is left of it', async () => {
    const mug = shop.stock(24);
    const lamp = shop.stock(24);
    await shop.change(guest, mug.productId, 3);
    await shop.change(guest, lamp.productId, 1);
    expect(contentsOf(expectOk(await shop.change(guest, mug.productId, -1)).cart)).toEqual({
      [mug.productId]: 2,
      [lamp.productId]: 1,
    });
    expect(contentsOf(expectOk(await shop.change(guest, mug.productId, -5)).cart)).toEqual({
      [lamp.productId]: 1,
    });
  });

  it('is possible while there is less in stock than in the cart', async () => {
    const mug = shop.stock(10);
    await shop.change(guest, mug.productId, 8);
    shop.products.set(mug.productId, { ...mug, available: 1 });
    const { cart } = expectOk(await shop.change(guest, mug.productId, -2));
    expect(cart.lines).toMatchObject([{ quantity: 6, available: 1 }]);
    expect(await shop.change(guest, mug.productId, 1)).toMatchObject({
      error: { code: 'insufficient-stock' },
    });
  });

  it('is possible for a product that the shop does not sell any more', async () => {
    const mug = shop.stock(10);
    await shop.change(guest, mug.productId, 1);
    shop.products.delete(mug.productId);
    expectOk(await shop.change(guest, mug.productId, -1));
    shop.products.set(mug.productId, mug);
    expect(await shop.get(guest)).toMatchObject({ lines: [] });
  });

  it('changes nothing where there is nothing', async () => {
    const mug = shop.stock(10);
    const { cart } = expectOk(await shop.change(guest, mug.productId, -1));
    expect(cart).toMatchObject({ version: 0, lines: [] });
  });
});

describe('emptying a cart', () => {
  const empty = (id: string) => shop.rpc.call(deleteCart, { id });

  it('leaves nothing in it, and its version goes on, so that an old one never fits again', async () => {
    const mug = shop.stock(10);
    await shop.change(guest, mug.productId, 2);
    expect(expectOk(await empty(guest)).cart).toMatchObject({ id: guest, version: 2, lines: [], count: 0 });
    expect(expectOk(await empty(guest)).cart.version).toBe(2);
    expect(expectOk(await shop.change(guest, mug.productId, 1)).cart.version).toBe(3);
  });

  it('works for a cart that was never used, and while product-service is down', async () => {
    shop.catalogue.answers = 'with a fault';
    expect(expectOk(await empty(guest)).cart).toMatchObject({ version: 0, lines: [] });
  });
});

describe('while product-service does not answer as it should', () => {
  it.each(['with a fault', 'with nonsense'] as const)(
    'when it answers %s, nothing is changed and the caller gets a fault',
    async (way) => {
      const mug = shop.stock(10);
      await shop.change(guest, mug.productId, 1);
      shop.catalogue.answers = way;
      await expect(shop.change(guest, mug.productId, 1)).rejects.toMatchObject({ fault: 'failed' });
      await expect(shop.get(guest)).rejects.toMatchObject({ fault: 'failed' });
      shop.catalogue.answers = 'well';
      expect(await shop.get(guest)).toMatchObject({ version: 1, count: 1 });
    },
  );
});

describe('bad input', () => {
  const itemid = '66f0a1b2c3d4e5f6012345aa';
  it.each([
    ['a price of its own', { itemid, qty: 1, price: 1 }],
    ['a stock of its own', { itemid, qty: 1, available: 999 }],
    ['an operator for the cart', { id: { $ne: null }, itemid, qty: 1 }],
    ['an operator for the product', { itemid: { $gt: '' }, qty: 1 }],
    ['an operator for the quantity', { itemid, qty: { $inc: 1 } }],
    ['a fraction', { itemid, qty: 1.5 }],
    ['nothing at all', { itemid, qty: 0 }],
    ['a huge quantity', { itemid, qty: 1e12 }],
    ['a quantity in letters', { itemid, qty: 'two' }],
    ['a product id that is none', { itemid: 'mug', qty: 1 }],
    ['a cart id with markup', { id: '<script>alert(1)</script>', itemid, qty: 1 }],
    ['a huge cart id', { id: 'x'.repeat(100_000), itemid, qty: 1 }],
  ])('%s is refused with a sentence, and changes nothing', async (_, request) => {
    const before = await shop.database.collection('carts').countDocuments();
    const call = shop.rpc.call(changeCart, { id: guest, ...request } as never);
    await expect(call).rejects.toMatchObject({
      fault: 'malformed-request',
      message: expect.stringContaining('A right one:'),
    });
    expect(await shop.database.collection('carts').countDocuments()).toBe(before);
  });
});

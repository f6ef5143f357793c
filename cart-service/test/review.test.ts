import { reviewCart } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CartBed, contentsOf, expectOk, startCartBed } from './bed.js';

let bed: CartBed;
let guest: string;

beforeAll(async () => {
  bed = await startCartBed('review');
  await bed.start();
});
beforeEach(() => {
  guest = bed.newGuest();
  bed.productService = 'well';
});
afterAll(() => bed.stop());

async function review(id: string) {
  const { cart, changes } = expectOk(await bed.frontend.platform.rpc.call(reviewCart, { id }));
  return { cart, changes };
}

it('a cart of which everything is there stays as it is', async () => {
  const mug = bed.stock(5);
  await bed.change(guest, mug.productId, 5);
  const { cart, changes } = await review(guest);
  expect(changes).toEqual([]);
  expect(cart).toMatchObject({ version: 1, count: 5 });
});

it('stock has shrunk since: the cart is reduced to what is there, and each change is told once', async () => {
  const mug = bed.stock(5, { name: 'Mug', price: 100 });
  const lamp = bed.stock(5, { name: 'Lamp' });
  const pen = bed.stock(5, { name: 'Pen' });
  const gone = bed.stock(5, { name: 'Discontinued teapot' });
  for (const { productId } of [mug, lamp, pen, gone]) await bed.change(guest, productId, 4);
  bed.products.set(mug.productId, { ...mug, available: 2 });
  bed.products.set(lamp.productId, { ...lamp, available: 0 });
  bed.products.delete(gone.productId);

  const { cart, changes } = await review(guest);
  expect(changes).toEqual([
    { productId: mug.productId, name: 'Mug', from: 4, to: 2 },
    { productId: lamp.productId, name: 'Lamp', from: 4, to: 0 },
    { productId: gone.productId, name: 'Discontinued teapot', from: 4, to: 0 },
  ]);
  expect(contentsOf(cart)).toEqual({ [mug.productId]: 2, [pen.productId]: 4 });
  expect(cart.version).toBe(5);
  expect(await bed.get(guest)).toEqual(cart);
  expect(await review(guest)).toEqual({ cart, changes: [] });
});

it("what the shopper's own unpaid order holds is not taken out of the cart", async () => {
  const mug = bed.stock(2);
  const lamp = bed.stock(1);
  await bed.change(guest, mug.productId, 2);
  await bed.change(guest, lamp.productId, 1);
  bed.products.set(mug.productId, { ...mug, available: 0 });
  bed.products.set(lamp.productId, { ...lamp, available: 0 });

  const held = [{ productId: mug.productId, quantity: 2 }];
  const reviewed = await bed.orders.platform.rpc.call(reviewCart, { id: guest, held });
  expect(reviewed).toMatchObject({
    ok: true,
    cart: { lines: [{ productId: mug.productId, quantity: 2, available: 2 }] },
    changes: [{ productId: lamp.productId, from: 1, to: 0 }],
  });
  expect((await review(guest)).changes).toMatchObject([{ productId: mug.productId, from: 2, to: 0 }]);
});

it('what was taken away does not come back with the stock', async () => {
  const mug = bed.stock(5);
  await bed.change(guest, mug.productId, 4);
  bed.products.set(mug.productId, { ...mug, available: 1 });
  await review(guest);
  bed.products.set(mug.productId, { ...mug, available: 50 });
  expect((await review(guest)).cart).toMatchObject({ count: 1 });
});

it('looking at a cart tells what could be bought now but reduces nothing', async () => {
  const mug = bed.stock(5);
  await bed.change(guest, mug.productId, 4);
  bed.products.set(mug.productId, { ...mug, available: 1 });
  expect(await bed.get(guest)).toMatchObject({ version: 1, lines: [{ quantity: 4, available: 1 }] });
});

it('a product that is not sold any more is not shown, having no price', async () => {
  const mug = bed.stock(5);
  const lamp = bed.stock(5, { price: 100 });
  await bed.change(guest, mug.productId, 1);
  await bed.change(guest, lamp.productId, 2);
  bed.products.delete(mug.productId);
  expect(await bed.get(guest)).toMatchObject({
    lines: [{ productId: lamp.productId }],
    count: 2,
    subtotal: 200,
  });
});

it('an empty cart needs no review, and product-service is not asked', async () => {
  bed.productService = 'with a fault';
  expect(await review(guest)).toMatchObject({ cart: { version: 0 }, changes: [] });
});

it('while product-service is away nothing is taken out', async () => {
  const mug = bed.stock(5);
  await bed.change(guest, mug.productId, 4);
  bed.productService = 'with a fault';
  await expect(review(guest)).rejects.toMatchObject({ fault: 'failed' });
  bed.productService = 'well';
  expect(await bed.get(guest)).toMatchObject({ count: 4 });
});

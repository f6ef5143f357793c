import { expectOk } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CartHarness, contentsOf, startCartHarness } from './harness.js';

let shop: CartHarness;
let guest: string;

beforeAll(async () => {
  shop = await startCartHarness(2);
});
beforeEach(() => {
  guest = shop.newGuest();
});
afterAll(() => shop.harness.stop());

it('20 changes of one cart at once, on two replicas: all of them count', async () => {
  const mug = shop.stock(100);
  const lamp = shop.stock(100);
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, turn) => shop.change(guest, (turn % 2 ? mug : lamp).productId, 1)),
  );
  replies.forEach(expectOk);
  const cart = await shop.get(guest);
  expect(contentsOf(cart)).toEqual({ [mug.productId]: 10, [lamp.productId]: 10 });
  expect(cart.version).toBe(20);
});

it('20 clicks at once for a product of which there are 10: ten are in the cart, ten are refused', async () => {
  const mug = shop.stock(10);
  const replies = await Promise.all(Array.from({ length: 20 }, () => shop.change(guest, mug.productId, 1)));
  expect(replies.filter((reply) => reply.ok)).toHaveLength(10);
  for (const refused of replies.filter((reply) => !reply.ok)) {
    expect(refused).toMatchObject({ error: { code: 'insufficient-stock' } });
  }
  expect(contentsOf(await shop.get(guest))).toEqual({ [mug.productId]: 10 });
});

it('one change that is delivered five times counts once, and each delivery is answered with the cart', async () => {
  const mug = shop.stock(100);
  const request = { id: guest, itemid: mug.productId, qty: 3 };
  const replies = await shop.harness.askFromGui('change-cart', request, { correlation_id: 'one click' }, 5);
  for (const reply of replies) expect(reply).toMatchObject({ ok: true, cart: { version: 1, count: 3 } });
  expect(await shop.get(guest)).toMatchObject({ version: 1, count: 3 });
});

it('a change that is delivered again after the cart was emptied does not fill it again', async () => {
  const mug = shop.stock(100);
  const request = { id: guest, itemid: mug.productId, qty: 3 };
  const click = () => shop.harness.askFromGui('change-cart', request, { correlation_id: 'a click' });
  await click();
  await shop.harness.askFromGui('delete-cart', { id: guest });
  await click();
  expect(await shop.get(guest)).toMatchObject({ version: 2, count: 0 });
});

it('two browsers of one person: what one puts in and the other takes out adds up', async () => {
  const ada = await shop.harness.person();
  const mug = shop.stock(100);
  const pen = shop.stock(100);
  expectOk(await shop.change(ada.userId, mug.productId, 20, ada));
  const browser = (productId: string, qty: number) =>
    Promise.all(
      Array.from({ length: 10 }, () => shop.change(ada.userId, productId, qty, ada).then(expectOk)),
    );
  await Promise.all([browser(mug.productId, -1), browser(mug.productId, 2), browser(pen.productId, 1)]);
  const cart = await shop.get(ada.userId, ada);
  expect(contentsOf(cart)).toEqual({ [mug.productId]: 30, [pen.productId]: 10 });
  expect(cart.version).toBe(31);
});

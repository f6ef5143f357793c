import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CartBed, contentsOf, expectOk, patience, startCartBed } from './bed.js';

let bed: CartBed;
let guest: string;

beforeAll(async () => {
  bed = await startCartBed('races');
  await Promise.all([bed.start(), bed.start()]);
});
beforeEach(() => {
  guest = bed.newGuest();
});
afterAll(() => bed.stop());

it('20 changes of one cart at once, on two replicas: all of them count', async () => {
  const mug = bed.stock(100);
  const lamp = bed.stock(100);
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, turn) => bed.change(guest, (turn % 2 ? mug : lamp).productId, 1)),
  );
  replies.forEach(expectOk);
  const cart = await bed.get(guest);
  expect(contentsOf(cart)).toEqual({ [mug.productId]: 10, [lamp.productId]: 10 });
  expect(cart.version).toBe(20);
});

it('20 clicks at once for a product of which there are 10: ten are in the cart, ten are told', async () => {
  const mug = bed.stock(10);
  const replies = await Promise.all(Array.from({ length: 20 }, () => bed.change(guest, mug.productId, 1)));
  expect(replies.filter((reply) => reply.ok)).toHaveLength(10);
  for (const refused of replies.filter((reply) => !reply.ok)) {
    expect(refused).toMatchObject({ error: { code: 'insufficient-stock' } });
  }
  expect(contentsOf(await bed.get(guest))).toEqual({ [mug.productId]: 10 });
});

it('one change that is delivered five times counts once, and each delivery is answered with the cart', async () => {
  const mug = bed.stock(100);
  const body = JSON.stringify({ id: guest, itemid: mug.productId, qty: 3 });
  const sent = { correlation_id: 'one click', reply_to: 'gui-replies' };
  await Promise.all(Array.from({ length: 4 }, () => bed.vhost.publish('change-cart', body, sent)));
  await bed.vhost.publish('change-cart', body, sent);
  const replies: unknown[] = [];
  await expect
    .poll(async () => {
      const taken = await bed.vhost.take('gui-replies', 10);
      replies.push(...taken.map(({ payload }) => JSON.parse(payload)));
      return replies.length;
    }, patience)
    .toBe(5);
  for (const reply of replies) expect(reply).toMatchObject({ ok: true, cart: { version: 1, count: 3 } });
  expect(await bed.get(guest)).toMatchObject({ version: 1, count: 3 });
});

it('a change that is delivered again after the cart was emptied does not fill it again', async () => {
  const mug = bed.stock(100);
  const body = JSON.stringify({ id: guest, itemid: mug.productId, qty: 3 });
  const outcome = async (queue: string, payload: string, id: string) => {
    await bed.vhost.publish(queue, payload, { correlation_id: id, reply_to: 'gui-replies' });
    await expect.poll(() => bed.vhost.take('gui-replies', 1), patience).toHaveLength(1);
  };
  await outcome('change-cart', body, 'a click');
  await outcome('delete-cart', JSON.stringify({ id: guest }), 'empty it');
  await outcome('change-cart', body, 'a click');
  expect(await bed.get(guest)).toMatchObject({ version: 2, count: 0 });
});

it('two browsers of one person: what one puts in and the other takes out adds up', async () => {
  const ada = await bed.newPerson();
  const mug = bed.stock(100);
  const pen = bed.stock(100);
  expectOk(await bed.change(ada.userId, mug.productId, 20, ada));
  const browser = (productId: string, qty: number) =>
    Promise.all(Array.from({ length: 10 }, () => bed.change(ada.userId, productId, qty, ada).then(expectOk)));
  await Promise.all([browser(mug.productId, -1), browser(mug.productId, 2), browser(pen.productId, 1)]);
  const cart = await bed.get(ada.userId, ada);
  expect(contentsOf(cart)).toEqual({ [mug.productId]: 30, [pen.productId]: 10 });
  expect(cart.version).toBe(31);
});

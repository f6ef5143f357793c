import { changeCart, deleteCart, getCart, mergeCart, reviewCart, settleCart } from '@micromall/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CartBed, expectOk, newId, patience, startCartBed } from './bed.js';

let bed: CartBed;

beforeAll(async () => {
  bed = await startCartBed('ownership');
  await bed.start();
});
afterAll(() => bed.stop());

const refused = { ok: false, error: { code: 'not-your-cart' } };

it("an account's cart is for that person only: not for a guest, not for someone else", async () => {
  const ada = await bed.newPerson();
  const eve = await bed.newPerson();
  const mug = bed.stock(9);
  expectOk(await bed.change(ada.userId, mug.productId, 2, ada));

  const { rpc } = bed.frontend.platform;
  const id = ada.userId;
  for (const identity of [undefined, eve.identity, 'not.an.identity']) {
    expect(await rpc.call(getCart, { id }, { identity })).toMatchObject(refused);
    expect(await rpc.call(reviewCart, { id }, { identity })).toMatchObject(refused);
    expect(await rpc.call(changeCart, { id, itemid: mug.productId, qty: 1 }, { identity })).toMatchObject(
      refused,
    );
    expect(await rpc.call(deleteCart, { id }, { identity })).toMatchObject(refused);
  }
  expect(await rpc.call(mergeCart, { guestId: id }, { identity: eve.identity })).toMatchObject(refused);
  expect(await rpc.call(mergeCart, { guestId: id }, { identity: ada.identity })).toMatchObject(refused);
  expect(await rpc.call(getCart, { id: id.toUpperCase() }, { identity: eve.identity })).toMatchObject(
    refused,
  );
  expect(await bed.get(id, ada)).toMatchObject({ version: 1, count: 2 });
});

it('merging needs a person who is logged in', async () => {
  const guestId = bed.newGuest();
  const call = bed.frontend.platform.rpc.call(mergeCart, { guestId });
  await expect(call).rejects.toMatchObject({ fault: 'forbidden' });
});

it('order-service may review the cart of an order that it places', async () => {
  const ada = await bed.newPerson();
  const mug = bed.stock(9);
  await bed.change(ada.userId, mug.productId, 2, ada);
  const reply = await bed.orders.platform.rpc.call(reviewCart, { id: ada.userId });
  expect(expectOk(reply).cart).toMatchObject({ id: ada.userId, count: 2 });
});

it('the site can not settle a cart: that is for order-service', async () => {
  const call = bed.frontend.platform.rpc.call(settleCart, { userId: newId(), orderId: newId(), lines: [] });
  await expect(call).rejects.toMatchObject({ fault: 'forbidden' });
});

it('the operator may look into any cart from the GUI, and is told why merging needs a person', async () => {
  const ada = await bed.newPerson();
  const mug = bed.stock(9);
  await bed.change(ada.userId, mug.productId, 2, ada);
  const replyTo = { reply_to: 'gui-replies' };
  await bed.vhost.publish('get-cart', JSON.stringify({ id: ada.userId }), replyTo);
  await bed.vhost.publish('merge-cart', JSON.stringify({ guestId: bed.newGuest() }), replyTo);
  const replies: unknown[] = [];
  await expect
    .poll(async () => {
      const taken = await bed.vhost.take('gui-replies', 10);
      replies.push(...taken.map(({ payload }) => JSON.parse(payload)));
      return replies.length;
    }, patience)
    .toBe(2);
  expect(replies).toContainEqual(
    expect.objectContaining({ ok: true, cart: expect.objectContaining({ count: 2 }) }),
  );
  expect(replies).toContainEqual({ ok: false, error: expect.objectContaining({ code: 'forbidden' }) });
});

it("a guest's cart ends 30 days after its last change, an account's cart stays", async () => {
  const ada = await bed.newPerson();
  const guest = bed.newGuest();
  const mug = bed.stock(9);
  const before = Date.now();
  await bed.change(ada.userId, mug.productId, 1, ada);
  await bed.change(guest, mug.productId, 1);

  const carts = bed.database.collection<{ _id: string; endsAt?: Date }>('carts');
  expect(await carts.findOne({ _id: ada.userId })).not.toHaveProperty('endsAt');
  const kept = await carts.findOne({ _id: guest });
  const days = ((kept?.endsAt?.getTime() ?? 0) - before) / (24 * 60 * 60 * 1_000);
  expect(days).toBeGreaterThanOrEqual(30);
  expect(days).toBeLessThan(30.01);
  expect(await carts.indexes()).toContainEqual(
    expect.objectContaining({ key: { endsAt: 1 }, expireAfterSeconds: 0 }),
  );
});

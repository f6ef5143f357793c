import {
  changeCart,
  deleteCart,
  getCart,
  getIdentityKeys,
  mergeCart,
  reviewCart,
  settleCart,
} from '@micromall/contracts';
import { expectOk, Harness, newId } from '@micromall/test-kit';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startCartService } from '../src/service.js';
import { type CartHarness, startCartHarness } from './harness.js';

let shop: CartHarness;

beforeAll(async () => {
  shop = await startCartHarness();
});
afterAll(() => shop.harness.stop());

const refused = { ok: false, error: { code: 'not-your-cart' } };

it("an account's cart is for that person only: not for a guest, not for someone else", async () => {
  const ada = await shop.harness.person();
  const eve = await shop.harness.person();
  const mug = shop.stock(9);
  expectOk(await shop.change(ada.userId, mug.productId, 2, ada));

  const { rpc } = shop;
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
  expect(await shop.get(id, ada)).toMatchObject({ version: 1, count: 2 });
});

it('merging needs a person who is logged in', async () => {
  const guestId = shop.newGuest();
  const call = shop.rpc.call(mergeCart, { guestId });
  await expect(call).rejects.toMatchObject({ fault: 'forbidden' });
});

it('order-service may review the cart of an order that it places', async () => {
  const ada = await shop.harness.person();
  const mug = shop.stock(9);
  await shop.change(ada.userId, mug.productId, 2, ada);
  const reply = await shop.orders.rpc.call(reviewCart, { id: ada.userId });
  expect(expectOk(reply).cart).toMatchObject({ id: ada.userId, count: 2 });
});

it('the site can not settle a cart: that is for order-service', async () => {
  const call = shop.rpc.call(settleCart, { userId: newId(), orderId: newId(), lines: [] });
  await expect(call).rejects.toMatchObject({ fault: 'forbidden' });
});

it('the operator may read any cart from the GUI, and learns why merging needs a person', async () => {
  const ada = await shop.harness.person();
  const mug = shop.stock(9);
  await shop.change(ada.userId, mug.productId, 2, ada);
  const replies = [
    ...(await shop.harness.askFromGui('get-cart', { id: ada.userId })),
    ...(await shop.harness.askFromGui('merge-cart', { guestId: shop.newGuest() })),
  ];
  expect(replies).toContainEqual(
    expect.objectContaining({ ok: true, cart: expect.objectContaining({ count: 2 }) }),
  );
  expect(replies).toContainEqual({ ok: false, error: expect.objectContaining({ code: 'forbidden' }) });
});

it("a guest's cart ends 30 days after its last change, an account's cart stays", async () => {
  const ada = await shop.harness.person();
  const guest = shop.newGuest();
  const mug = shop.stock(9);
  const before = Date.now();
  await shop.change(ada.userId, mug.productId, 1, ada);
  await shop.change(guest, mug.productId, 1);

  const carts = shop.database.collection<{ _id: string; endsAt?: Date }>('carts');
  expect(await carts.findOne({ _id: ada.userId })).not.toHaveProperty('endsAt');
  const stored = await carts.findOne({ _id: guest });
  const days = ((stored?.endsAt?.getTime() ?? 0) - before) / (24 * 60 * 60 * 1_000);
  expect(days).toBeGreaterThanOrEqual(30);
  expect(days).toBeLessThan(30.01);
  expect(await carts.indexes()).toContainEqual(
    expect.objectContaining({ key: { endsAt: 1 }, expireAfterSeconds: 0 }),
  );
});

it('while auth-service fails, who comes with an identity gets a fault at once, and guests are served', async () => {
  const harness = await Harness.start('cart-service');
  onTestFinished(() => harness.stop());
  let askedForKeys = 0;
  const [frontend] = await Promise.all([
    harness.peer('frontend-service'),
    harness.peer('auth-service', ({ server }) => {
      server.serve(getIdentityKeys, async () => {
        askedForKeys += 1;
        throw new Error('auth-service fails');
      });
    }),
  ]);
  harness.keep(await startCartService(harness.environment()));
  const { rpc } = frontend.platform;

  const call = rpc.call(deleteCart, { id: newId() }, { identity: 'an.identity.of-somebody' });
  await expect(call).rejects.toMatchObject({
    fault: 'failed',
    message: expect.stringContaining('could not be verified'),
  });
  expect(askedForKeys).toBe(1);
  expectOk(await rpc.call(deleteCart, { id: 'guest-2f1c9a34' }));
});

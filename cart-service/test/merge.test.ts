import { deleteCart, largestQuantity } from '@micromall/contracts';
import { expectOk, type Person } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CartHarness, contentsOf, startCartHarness } from './harness.js';

interface CartDocument {
  _id: string;
  version: number;
  items: object[];
  moves: string[];
  moving?: object;
}

let shop: CartHarness;
let guest: string;
let ada: Person;

beforeAll(async () => {
  shop = await startCartHarness(2);
});
beforeEach(async () => {
  shop.catalogue.answers = 'well';
  guest = shop.newGuest();
  ada = await shop.harness.person();
});
afterAll(() => shop.harness.stop());

function carts() {
  return shop.database.collection<CartDocument>('carts');
}

describe('logging in with a full guest cart', () => {
  it("brings the guest's items into the account's cart, adding to what is there", async () => {
    const mug = shop.stock(50);
    const lamp = shop.stock(50);
    const pen = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 1, ada);
    await shop.change(ada.userId, pen.productId, 1, ada);
    await shop.change(guest, mug.productId, 2);
    await shop.change(guest, lamp.productId, 3);

    const merged = await shop.merge(guest, ada);
    expect(merged.id).toBe(ada.userId);
    expect(contentsOf(merged)).toEqual({ [mug.productId]: 3, [pen.productId]: 1, [lamp.productId]: 3 });
    expect(await shop.get(guest)).toMatchObject({ lines: [] });
  });

  it('is the same when it comes again, or five times at once', async () => {
    const mug = shop.stock(50);
    await shop.change(guest, mug.productId, 2);
    await Promise.all(Array.from({ length: 5 }, () => shop.merge(guest, ada)));
    expect(contentsOf(await shop.merge(guest, ada))).toEqual({ [mug.productId]: 2 });
  });

  it('with an empty or unknown guest cart leaves the account as it was', async () => {
    const mug = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 2, ada);
    expect(await shop.merge(guest, ada)).toMatchObject({ version: 1, count: 2 });
  });

  it('counts again when the same browser fills its guest cart again', async () => {
    const mug = shop.stock(50);
    for (let login = 0; login < 3; login += 1) {
      await shop.change(guest, mug.productId, 2);
      await shop.merge(guest, ada);
    }
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 6 });
  });

  it('does not ask for stock: more than there is waits for the review', async () => {
    const mug = shop.stock(5);
    await shop.change(ada.userId, mug.productId, 4, ada);
    await shop.change(guest, mug.productId, 4);
    expect((await shop.merge(guest, ada)).lines).toMatchObject([{ quantity: 8, available: 5 }]);
  });

  it('keeps to the largest quantity and to 100 different products', async () => {
    const pin = shop.stock(50_000);
    await shop.change(ada.userId, pin.productId, 9_000, ada);
    await shop.change(guest, pin.productId, 9_000);
    for (let kind = 0; kind < 60; kind += 1) {
      await shop.change(ada.userId, shop.stock(5).productId, 1, ada);
      await shop.change(guest, shop.stock(5).productId, 1);
    }
    const { lines } = await shop.merge(guest, ada);
    expect(lines).toHaveLength(100);
    expect(lines[0]).toMatchObject({ productId: pin.productId, quantity: largestQuantity });
  });

  it('survives that product-service fails: the next time shows all of it, once', async () => {
    const mug = shop.stock(50);
    await shop.change(guest, mug.productId, 2);
    shop.catalogue.answers = 'with a fault';
    await expect(shop.merge(guest, ada)).rejects.toMatchObject({ fault: 'failed' });
    shop.catalogue.answers = 'well';
    expect(contentsOf(await shop.merge(guest, ada))).toEqual({ [mug.productId]: 2 });
  });
});

describe('a merge that was cut short', () => {
  it('after the guest cart set its items aside is finished by the next call', async () => {
    const mug = shop.stock(50);
    await shop.change(guest, mug.productId, 2);
    const { items } = (await carts().findOne({ _id: guest }))!;
    const moving = { id: 'a-merge', into: ada.userId, items };
    await carts().updateOne({ _id: guest }, { $set: { items: [], moving, version: 2 } });

    expect(contentsOf(await shop.merge(guest, ada))).toEqual({ [mug.productId]: 2 });
    expect((await carts().findOne({ _id: guest }))?.moving).toBeUndefined();
    expect(contentsOf(await shop.merge(guest, ada))).toEqual({ [mug.productId]: 2 });
  });

  it('after the account took the items in does not add them a second time', async () => {
    const mug = shop.stock(50);
    await shop.change(guest, mug.productId, 2);
    const { items } = (await carts().findOne({ _id: guest }))!;
    await shop.merge(guest, ada);
    const { moves } = (await carts().findOne({ _id: ada.userId }))!;
    const moving = { id: moves[0]!, into: ada.userId, items };
    await carts().updateOne({ _id: guest }, { $set: { moving } });

    expect(contentsOf(await shop.merge(guest, ada))).toEqual({ [mug.productId]: 2 });
    expect((await carts().findOne({ _id: guest }))?.moving).toBeUndefined();
  });

  it('is finished for whom it was begun, even if someone else logs in next; what came since is for the other', async () => {
    const mug = shop.stock(50);
    const pen = shop.stock(50);
    const grace = await shop.harness.person();
    await shop.change(guest, mug.productId, 2);
    const { items } = (await carts().findOne({ _id: guest }))!;
    const moving = { id: 'begun-for-ada', into: ada.userId, items };
    await carts().updateOne({ _id: guest }, { $set: { items: [], moving, version: 2 } });
    await shop.change(guest, pen.productId, 1);

    expect(contentsOf(await shop.merge(guest, grace))).toEqual({ [pen.productId]: 1 });
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 2 });
  });
});

describe('at the same moment', () => {
  it('20 changes of the guest cart and 5 merges: each thing arrives once', async () => {
    const mug = shop.stock(500);
    const pen = shop.stock(500);
    await shop.change(guest, pen.productId, 7);
    await Promise.all([
      ...Array.from({ length: 20 }, () => shop.change(guest, mug.productId, 1).then(expectOk)),
      ...Array.from({ length: 5 }, () => shop.merge(guest, ada)),
    ]);
    expect(contentsOf(await shop.merge(guest, ada))).toEqual({ [pen.productId]: 7, [mug.productId]: 20 });
    expect(await shop.get(guest)).toMatchObject({ lines: [] });
  });

  it("two browsers of one person log in, each with a cart, while a third changes the account's cart", async () => {
    const mug = shop.stock(500);
    const second = shop.newGuest();
    await shop.change(guest, mug.productId, 10);
    await shop.change(second, mug.productId, 200);
    await Promise.all([
      shop.merge(guest, ada),
      shop.merge(second, ada),
      ...Array.from({ length: 5 }, () => shop.change(ada.userId, mug.productId, 1, ada).then(expectOk)),
    ]);
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 215 });
  });

  it('a cart that is emptied while it merges ends up here or there or nowhere, but never twice', async () => {
    const mug = shop.stock(500);
    await shop.change(guest, mug.productId, 3);
    await Promise.all([
      shop.merge(guest, ada),
      shop.rpc.call(deleteCart, { id: guest }),
      shop.merge(guest, ada),
    ]);
    const { count } = await shop.merge(guest, ada);
    expect([0, 3]).toContain(count);
    expect(await shop.get(guest)).toMatchObject({ count: 0 });
  });
});

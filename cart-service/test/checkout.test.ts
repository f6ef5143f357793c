import { deleteCart, orderPaid, reviewCart, settleCart } from '@micromall/contracts';
import { expectOk, metricSum, newId, type Person, settleWithinMs } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CartHarness, contentsOf, patient, startCartHarness } from './harness.js';

let shop: CartHarness;
let guest: string;
let ada: Person;
let emitted = 0;

beforeAll(async () => {
  shop = await startCartHarness(2);
});
beforeEach(async () => {
  guest = shop.newGuest();
  ada = await shop.harness.person();
  shop.catalogue.answers = 'well';
});
afterAll(() => shop.harness.stop());

async function review(id: string) {
  const { cart, changes } = expectOk(await shop.rpc.call(reviewCart, { id }));
  return { cart, changes };
}

interface Order {
  orderId: string;
  lines: { productId: string; quantity: number }[];
}
async function settle({ orderId, lines }: Order): Promise<void> {
  expectOk(
    await shop.orders.rpc.call(
      settleCart,
      { userId: ada.userId, orderId, lines },
      { timeoutMs: settleWithinMs },
    ),
  );
}
function emitPaid({ orderId, lines }: Order): Promise<void> {
  emitted += 1;
  return shop.orders.publisher.emit(orderPaid, {
    orderId,
    number: 'MM-7K3Q-9F2D',
    userId: ada.userId,
    occurredAt: new Date().toISOString(),
    lines,
    total: 4200,
    currency: 'SGD',
  });
}
/** How many events the replicas have handled by now. */
function eventsHandled(): Promise<number> {
  return metricSum(shop.services, 'events_consumed_total', { event: 'order.paid', outcome: 'handled' });
}

describe('reviewing a cart', () => {
  it('a cart of which everything is there stays as it is', async () => {
    const mug = shop.stock(5);
    await shop.change(guest, mug.productId, 5);
    const { cart, changes } = await review(guest);
    expect(changes).toEqual([]);
    expect(cart).toMatchObject({ version: 1, count: 5 });
  });

  it('stock has shrunk since: the cart is reduced to what is there, and each change is reported once', async () => {
    const mug = shop.stock(5, { name: 'Mug', price: 100 });
    const lamp = shop.stock(5, { name: 'Lamp' });
    const pen = shop.stock(5, { name: 'Pen' });
    const gone = shop.stock(5, { name: 'Discontinued teapot' });
    for (const { productId } of [mug, lamp, pen, gone]) await shop.change(guest, productId, 4);
    shop.products.set(mug.productId, { ...mug, available: 2 });
    shop.products.set(lamp.productId, { ...lamp, available: 0 });
    shop.products.delete(gone.productId);

    const { cart, changes } = await review(guest);
    expect(changes).toEqual([
      { productId: mug.productId, name: 'Mug', from: 4, to: 2 },
      { productId: lamp.productId, name: 'Lamp', from: 4, to: 0 },
      { productId: gone.productId, name: 'Discontinued teapot', from: 4, to: 0 },
    ]);
    expect(contentsOf(cart)).toEqual({ [mug.productId]: 2, [pen.productId]: 4 });
    expect(cart.version).toBe(5);
    expect(await shop.get(guest)).toEqual(cart);
    expect(await review(guest)).toEqual({ cart, changes: [] });
  });

  it("what the shopper's own unpaid order holds stays in the cart", async () => {
    const mug = shop.stock(2);
    const lamp = shop.stock(1);
    await shop.change(guest, mug.productId, 2);
    await shop.change(guest, lamp.productId, 1);
    shop.products.set(mug.productId, { ...mug, available: 0 });
    shop.products.set(lamp.productId, { ...lamp, available: 0 });

    const held = [{ productId: mug.productId, quantity: 2 }];
    const reviewed = await shop.orders.rpc.call(reviewCart, { id: guest, held });
    expect(reviewed).toMatchObject({
      ok: true,
      cart: { lines: [{ productId: mug.productId, quantity: 2, available: 2 }] },
      changes: [{ productId: lamp.productId, from: 1, to: 0 }],
    });
    expect((await review(guest)).changes).toMatchObject([{ productId: mug.productId, from: 2, to: 0 }]);
  });

  it('what was taken away does not come back with the stock', async () => {
    const mug = shop.stock(5);
    await shop.change(guest, mug.productId, 4);
    shop.products.set(mug.productId, { ...mug, available: 1 });
    await review(guest);
    shop.products.set(mug.productId, { ...mug, available: 50 });
    expect((await review(guest)).cart).toMatchObject({ count: 1 });
  });

  it('showing a cart says what could be bought now but reduces nothing', async () => {
    const mug = shop.stock(5);
    await shop.change(guest, mug.productId, 4);
    shop.products.set(mug.productId, { ...mug, available: 1 });
    expect(await shop.get(guest)).toMatchObject({ version: 1, lines: [{ quantity: 4, available: 1 }] });
  });

  it('a product that is not sold any more is not shown, having no price', async () => {
    const mug = shop.stock(5);
    const lamp = shop.stock(5, { price: 100 });
    await shop.change(guest, mug.productId, 1);
    await shop.change(guest, lamp.productId, 2);
    shop.products.delete(mug.productId);
    expect(await shop.get(guest)).toMatchObject({
      lines: [{ productId: lamp.productId }],
      count: 2,
      subtotal: 200,
    });
  });

  it('an empty cart needs no review, and product-service is not asked', async () => {
    shop.catalogue.answers = 'with a fault';
    expect(await review(guest)).toMatchObject({ cart: { version: 0 }, changes: [] });
  });

  it('while product-service is down nothing is taken out', async () => {
    const mug = shop.stock(5);
    await shop.change(guest, mug.productId, 4);
    shop.catalogue.answers = 'with a fault';
    await expect(review(guest)).rejects.toMatchObject({ fault: 'failed' });
    shop.catalogue.answers = 'well';
    expect(await shop.get(guest)).toMatchObject({ count: 4 });
  });
});

describe('settling an order', () => {
  it('a paid order leaves the cart: what it bought goes, what was added since stays', async () => {
    const mug = shop.stock(50);
    const lamp = shop.stock(50);
    const pen = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 5, ada);
    await shop.change(ada.userId, lamp.productId, 1, ada);
    await shop.change(ada.userId, pen.productId, 1, ada);
    await settle({
      orderId: newId(),
      lines: [
        { productId: mug.productId, quantity: 2 },
        { productId: lamp.productId, quantity: 1 },
      ],
    });
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 3, [pen.productId]: 1 });
  });

  it('the event alone does it too, when the direct call was lost', async () => {
    const mug = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 5, ada);
    await emitPaid({ orderId: newId(), lines: [{ productId: mug.productId, quantity: 2 }] });
    await expect
      .poll(async () => contentsOf(await shop.get(ada.userId, ada)), patient)
      .toEqual({ [mug.productId]: 3 });
  });

  it('ten calls and five events of one order at once take it out once', async () => {
    const mug = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 20, ada);
    const order = { orderId: newId(), lines: [{ productId: mug.productId, quantity: 3 }] };
    await Promise.all([
      ...Array.from({ length: 10 }, () => settle(order)),
      ...Array.from({ length: 5 }, () => emitPaid(order)),
    ]);
    await expect.poll(eventsHandled, patient).toBe(emitted);
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 17 });
  });

  it('an event that comes late takes nothing out of the cart that was filled anew', async () => {
    const mug = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 2, ada);
    const order = { orderId: newId(), lines: [{ productId: mug.productId, quantity: 2 }] };
    await settle(order);
    await shop.rpc.call(deleteCart, { id: ada.userId }, { identity: ada.identity });
    await shop.change(ada.userId, mug.productId, 2, ada);
    await emitPaid(order);
    await expect.poll(eventsHandled, patient).toBe(emitted);
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 2 });
  });

  it('an order that is settled before the cart was ever used counts all the same', async () => {
    const mug = shop.stock(50);
    const order = { orderId: newId(), lines: [{ productId: mug.productId, quantity: 2 }] };
    await settle(order);
    await shop.change(ada.userId, mug.productId, 2, ada);
    await settle(order);
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 2 });
  });

  it('two orders of the same things are two orders', async () => {
    const mug = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 5, ada);
    const lines = [{ productId: mug.productId, quantity: 2 }];
    await Promise.all([settle({ orderId: newId(), lines }), settle({ orderId: newId(), lines })]);
    expect(contentsOf(await shop.get(ada.userId, ada))).toEqual({ [mug.productId]: 1 });
  });

  it('an order with one product in two lines, or with more than the cart has, leaves nothing negative', async () => {
    const mug = shop.stock(50);
    await shop.change(ada.userId, mug.productId, 5, ada);
    const { productId } = mug;
    const lines = [
      { productId, quantity: 2 },
      { productId, quantity: 9 },
    ];
    await settle({ orderId: newId(), lines });
    expect(await shop.get(ada.userId, ada)).toMatchObject({ lines: [], count: 0 });
  });

  it('needs nothing from product-service', async () => {
    const asked = shop.harness.requests.length;
    await settle({ orderId: newId(), lines: [{ productId: newId(), quantity: 2 }] });
    expect(shop.harness.requests.length).toBe(asked);
  });
});

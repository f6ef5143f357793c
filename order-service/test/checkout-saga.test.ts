import { randomUUID } from 'node:crypto';
import {
  acceptOrder,
  cancelCheckout,
  placeOrder,
  quoteOrder,
  reserveStock,
  reviewCart,
} from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Bed, mug } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
beforeEach(() => bed.reset());

const shortages = [{ productId: mug, name: 'Stoneware mug', wanted: 2, available: 1 }];
const tooLittle = { code: 'insufficient-stock' as const, message: 'too little', details: { shortages } };
const unavailable = { code: 'stripe-unavailable' as const, message: 'no', details: undefined };

function ordersOf(userId: string) {
  return bed.orders().find({ userId }).toArray();
}

describe('before there is an order', () => {
  it('an empty cart is told, and nothing is made', async () => {
    const ada = bed.newShopper();
    bed.neighbours.reviewCart = async ({ id }) => ({
      ok: true,
      cart: { id, version: 3, lines: [], count: 0, subtotal: 0, currency: 'SGD' },
      changes: [],
    });
    expect(await bed.place(ada)).toMatchObject({ ok: false, error: { code: 'cart-empty' } });
    expect(await ordersOf(ada.userId)).toEqual([]);
  });

  it('a total or a cart other than the shopper saw is told, and nothing is reserved or charged', async () => {
    const ada = bed.newShopper();
    for (const seen of [{ confirmedTotal: 4199 }, { cartVersion: 2 }, { confirmedTotal: 0 }]) {
      expect(await bed.place(ada, randomUUID(), seen)).toMatchObject({ error: { code: 'cart-changed' } });
    }
    expect(await ordersOf(ada.userId)).toEqual([]);
    expect(bed.callsOf('reserve-stock')).toEqual([]);
  });

  it('a cart that the shop could not fill any more says what is missing', async () => {
    const ada = bed.newShopper();
    const reviewed = bed.neighbours.reviewCart;
    bed.neighbours.reviewCart = async (request) => ({
      ...(await reviewed(request)),
      ...{ changes: [{ productId: mug, name: 'Stoneware mug', from: 5, to: 2 }] },
    });
    expect(await bed.place(ada)).toMatchObject({
      error: { code: 'insufficient-stock', details: { shortages: [{ wanted: 5, available: 2 }] } },
    });
    expect(await ordersOf(ada.userId)).toEqual([]);
  });

  it('nobody orders without being logged in', async () => {
    const request = { checkoutId: randomUUID(), confirmedTotal: 4200, cartVersion: 3 };
    await expect(bed.call(placeOrder, request)).rejects.toMatchObject({ fault: 'forbidden' });
  });
});

describe('a quote does not tell a shopper that their own held stock is sold out', () => {
  const held = async (userId: string, person: ReturnType<typeof bed.newShopper>) => {
    expect(await bed.call(quoteOrder, {}, person)).toMatchObject({ ok: true });
    return bed
      .callsOf('review-cart')
      .filter((call) => (call as { id: string }).id === userId)
      .at(-1);
  };
  const theirs = [{ productId: mug, quantity: 2 }];

  it('while their payment page is open, and in the moment in which it is given up', async () => {
    const { orderId, person } = await bed.placed();
    const { userId: id } = person;
    expect(await held(id, person)).toEqual({ id, held: theirs });
    expect(await bed.call(cancelCheckout, { orderId }, person)).toMatchObject({ ok: true });
    expect(await held(id, person)).toEqual({ id, held: theirs });

    const longAgo = new Date(Date.now() - 60_000);
    await bed.orders().updateOne({ _id: orderId }, { $set: { 'history.1.at': longAgo } });
    expect(await held(id, person)).toEqual({ id, held: [] });
  });

  it('but what is paid, or was refused, holds nothing for them', async () => {
    const { person: buyer } = await bed.paid();
    expect(await held(buyer.userId, buyer)).toEqual({ id: buyer.userId, held: [] });
    const late = bed.newShopper();
    bed.neighbours.reserveStock = async () => ({ ok: false, error: tooLittle });
    expect(await bed.place(late)).toMatchObject({ error: { code: 'insufficient-stock' } });
    expect(await held(late.userId, late)).toEqual({ id: late.userId, held: [] });
  });
});

describe('one checkout is one order', () => {
  it('a double click gives one order, one reservation and one page, and both get the same answer', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    const replies = await Promise.all(Array.from({ length: 5 }, () => bed.place(ada, checkoutId)));
    expect(replies[0]).toMatchObject({ ok: true });
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    const orders = await ordersOf(ada.userId);
    expect(orders).toHaveLength(1);
    const reserved = bed.callsOf('reserve-stock').map((request) => (request as { orderId: string }).orderId);
    expect(new Set(reserved)).toEqual(new Set([orders[0]?._id]));
  });

  it('asked for again later it answers the same, without asking anybody', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    const first = await bed.place(ada, checkoutId);
    bed.calls.length = 0;
    expect(await bed.place(ada, checkoutId)).toEqual(first);
    expect(bed.calls).toEqual([]);
  });

  it('the same checkout id of another person is another order', async () => {
    const checkoutId = randomUUID();
    const [ada, eve] = [bed.newShopper(), bed.newShopper()];
    const [first, second] = [await bed.place(ada, checkoutId), await bed.place(eve, checkoutId)];
    expect(first.ok && second.ok && first.orderId !== second.orderId).toBe(true);
  });

  it('with another total under the same checkout id nothing is charged', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    await bed.place(ada, checkoutId);
    expect(await bed.place(ada, checkoutId, { confirmedTotal: 9999 })).toMatchObject({
      error: { code: 'cart-changed' },
    });
    expect(bed.callsOf('open-checkout')).toHaveLength(1);
  });

  it('finished, it says so', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    const placed = await bed.place(ada, checkoutId);
    if (!placed.ok) throw new Error('not placed');
    await bed.call(cancelCheckout, { orderId: placed.orderId }, ada);
    expect(await bed.place(ada, checkoutId)).toMatchObject({
      error: { code: 'already-ordered', details: { orderId: placed.orderId, state: 'cancelled' } },
    });
  });
});

describe('too little stock', () => {
  it('is told before paying, with what there is; the order is cancelled, and asked again the answer is the same', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    bed.neighbours.reserveStock = async () => ({ ok: false, error: tooLittle });
    const reply = await bed.place(ada, checkoutId);
    expect(reply).toMatchObject({ ok: false, error: { code: 'insufficient-stock', details: { shortages } } });
    expect(await ordersOf(ada.userId)).toMatchObject([{ state: 'cancelled', cancelReason: 'out-of-stock' }]);
    expect(await bed.place(ada, checkoutId)).toEqual(reply);
    expect(bed.callsOf('open-checkout')).toEqual([]);
  });

  it('a price that changed between cart and reservation is told, and the stock goes back', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    bed.neighbours.reserveStock = async ({ lines }) => ({
      ok: true,
      lines: lines.map((line) => ({
        ...line,
        name: 'Stoneware mug',
        price: 1900,
        currency: 'SGD',
        image: null,
      })),
    });
    expect(await bed.place(ada, checkoutId)).toMatchObject({ error: { code: 'cart-changed' } });
    const [order] = await ordersOf(ada.userId);
    expect(order).toMatchObject({ state: 'cancelled', cancelReason: 'cart-changed' });
    await bed.hears(order?._id ?? '', ['order.cancelled']);
    expect(await bed.place(ada, checkoutId)).toMatchObject({ error: { code: 'cart-changed' } });
  });

  it('a reservation that had ended finishes the checkout', async () => {
    const ada = bed.newShopper();
    bed.neighbours.reserveStock = async () => ({
      ok: false,
      error: { code: 'reservation-ended', message: 'ended', details: undefined },
    });
    expect(await bed.place(ada)).toMatchObject({
      error: { code: 'already-ordered', details: { state: 'cancelled' } },
    });
  });

  it('names and prices are frozen as product-service gave them', async () => {
    bed.neighbours.reserveStock = async ({ lines }) => ({
      ok: true,
      lines: lines.map((line) => ({
        ...line,
        name: 'Stoneware mug, new glaze',
        price: 1850,
        currency: 'SGD',
        image: 'b'.repeat(64),
      })),
    });
    const { orderId, person } = await bed.placed();
    const frozen = { name: 'Stoneware mug, new glaze', image: 'b'.repeat(64), price: 1850, amount: 3700 };
    expect(await bed.look(orderId, person)).toMatchObject({ order: { lines: [frozen], total: 4200 } });
    expect(bed.callsOf('open-checkout')).toMatchObject([{ lines: [{ name: 'Stoneware mug, new glaze' }] }]);
  });
});

describe('died between two steps, the next try of the same checkout resumes', () => {
  it('the payment page could not be opened: the order waits with its stock, and the next try gets the page', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    const works = bed.neighbours.openCheckout;
    bed.neighbours.openCheckout = async () => ({ ok: false, error: unavailable });
    const refused = await bed.place(ada, checkoutId);
    const [waiting] = await ordersOf(ada.userId);
    expect(waiting).toMatchObject({ state: 'awaiting-payment', checkout: null });
    expect(refused).toMatchObject({
      error: { code: 'payment-unavailable', details: { orderId: waiting?._id } },
    });
    // The confirm page that tells of it must not say that this stock is sold out: it is held for this shopper.
    expect(await bed.call(quoteOrder, {}, ada)).toMatchObject({ ok: true });
    expect(bed.callsOf('review-cart').at(-1)).toEqual({
      id: ada.userId,
      held: [{ productId: mug, quantity: 2 }],
    });
    bed.neighbours.openCheckout = works;
    expect(await bed.place(ada, checkoutId)).toMatchObject({ ok: true });
    expect(await ordersOf(ada.userId)).toHaveLength(1);
  });

  it.each([
    ['review-cart', reviewCart, 0],
    ['reserve-stock', reserveStock, 1],
  ] as const)('the neighbour failed at %s', async (_queue, contract, ordersLeft) => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    const name = contract === reviewCart ? 'reviewCart' : 'reserveStock';
    const works = bed.neighbours[name];
    const fails = async () => {
      throw new Error('the neighbour is ill');
    };
    Object.assign(bed.neighbours, { [name]: fails });
    await expect(bed.place(ada, checkoutId)).rejects.toMatchObject({ fault: 'failed' });
    expect(await ordersOf(ada.userId)).toHaveLength(ordersLeft);
    Object.assign(bed.neighbours, { [name]: works });
    expect(await bed.place(ada, checkoutId)).toMatchObject({ ok: true });
    expect(await ordersOf(ada.userId)).toHaveLength(1);
  });

  it('the order was cancelled while its page was being opened: the page is closed again', async () => {
    const ada = bed.newShopper();
    const works = bed.neighbours.openCheckout;
    bed.neighbours.openCheckout = async (request) => {
      await bed.call(cancelCheckout, { orderId: request.orderId }, ada);
      return works(request);
    };
    const reply = await bed.place(ada);
    expect(reply).toMatchObject({ error: { code: 'already-ordered', details: { state: 'cancelled' } } });
    expect(bed.callsOf('expire-checkout')).toHaveLength(2);
  });

  it('a payment page that has closed by time is not handed out again', async () => {
    const ada = bed.newShopper();
    const checkoutId = randomUUID();
    const placed = await bed.place(ada, checkoutId);
    if (!placed.ok) throw new Error('not placed');
    await bed.orders().updateOne({ _id: placed.orderId }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expect(await bed.place(ada, checkoutId)).toMatchObject({ error: { code: 'already-ordered' } });
    expect((await bed.stored(placed.orderId)).cancelReason).toBe('payment-expired');
  });
});

it('an order is accepted from the state it is in, and told which that is', async () => {
  const { orderId } = await bed.placed();
  const admin = bed.newShopper('admin');
  expect(await bed.call(acceptOrder, { orderId }, admin)).toMatchObject({
    error: { code: 'wrong-state', details: { state: 'awaiting-payment' } },
  });
  expect(await bed.call(acceptOrder, { orderId: '0'.repeat(24) }, admin)).toMatchObject({
    error: { code: 'order-unknown' },
  });
});

it('each order has a number of its own', async () => {
  const placed = await Promise.all(Array.from({ length: 30 }, () => bed.placed()));
  expect(new Set(placed.map(({ number }) => number)).size).toBe(30);
});

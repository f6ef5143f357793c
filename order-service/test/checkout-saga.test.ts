import { randomUUID } from 'node:crypto';
import {
  acceptOrder,
  cancelCheckout,
  placeOrder,
  quoteOrder,
  reserveStock,
  reviewCart,
} from '@micromall/contracts';
import { expectOk, type Person } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cartOf, mug, OrderHarness, reservedAt } from './harness.js';

let harness: OrderHarness;
beforeAll(async () => {
  harness = await OrderHarness.start();
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

const shortages = [{ productId: mug, name: 'Stoneware mug', wanted: 2, available: 1 }];
const tooLittle = { code: 'insufficient-stock' as const, message: 'too little', details: { shortages } };
const unavailable = { code: 'stripe-unavailable' as const, message: 'no', details: undefined };

function ordersOf(userId: string) {
  return harness.orders().find({ userId }).toArray();
}

describe('before there is an order', () => {
  it('an empty cart is refused, and nothing is made', async () => {
    const ada = await harness.person();
    harness.answers.reviewCart = async ({ id }) => ({
      ok: true,
      cart: { id, version: 3, lines: [], count: 0, subtotal: 0, currency: 'SGD' },
      changes: [],
    });
    expect(await harness.place(ada)).toMatchObject({ ok: false, error: { code: 'cart-empty' } });
    expect(await ordersOf(ada.userId)).toEqual([]);
  });

  it('a total or a cart other than the shopper saw is refused, and nothing is reserved or charged', async () => {
    const ada = await harness.person();
    for (const seen of [{ confirmedTotal: 4199 }, { cartVersion: 2 }, { confirmedTotal: 0 }]) {
      expect(await harness.place(ada, randomUUID(), seen)).toMatchObject({ error: { code: 'cart-changed' } });
    }
    expect(await ordersOf(ada.userId)).toEqual([]);
    expect(harness.kit.requestsOf('reserve-stock')).toEqual([]);
  });

  it('a cart that the shop can not fill any more is refused with what is missing', async () => {
    const ada = await harness.person();
    const reviewed = harness.answers.reviewCart;
    harness.answers.reviewCart = async (request) => ({
      ...(await reviewed(request)),
      ...{ changes: [{ productId: mug, name: 'Stoneware mug', from: 5, to: 2 }] },
    });
    expect(await harness.place(ada)).toMatchObject({
      error: { code: 'insufficient-stock', details: { shortages: [{ wanted: 5, available: 2 }] } },
    });
    expect(await ordersOf(ada.userId)).toEqual([]);
  });

  it('nobody orders without being logged in', async () => {
    const request = { checkoutId: randomUUID(), confirmedTotal: 4200, cartVersion: 3 };
    await expect(harness.call(placeOrder, request)).rejects.toMatchObject({ fault: 'forbidden' });
  });
});

describe('a total that Stripe does not take', () => {
  const most = 99_999_999;
  /** "Pay now" for one thing that costs so much with its delivery. */
  async function payNow(total: number, delivery: number) {
    const ada = await harness.person();
    const price = total - delivery;
    harness.answers.reviewCart = async ({ id }) => ({ ok: true, cart: cartOf(id, price, 1), changes: [] });
    harness.answers.reserveStock = reservedAt(price);
    const reply = await harness.place(ada, randomUUID(), { confirmedTotal: total });
    return { reply, orders: await ordersOf(ada.userId) };
  }
  const refused = {
    ok: false,
    error: { code: 'total-not-payable', details: { least: 50, most, currency: 'SGD' } },
  };

  it('because it is too much is refused before there is an order or stock is held', async () => {
    const { reply, orders } = await payNow(most + 1, 500);
    expect(reply).toMatchObject(refused);
    expect(orders).toEqual([]);
    expect(harness.kit.requestsOf('reserve-stock')).toEqual([]);
    expect((await payNow(most, 500)).reply).toMatchObject({ ok: true });
    expect(await harness.sample('checkout_refusals_total{reason="total-not-payable"')).toBe(1);
  });

  it('because it is too little is refused as well', async () => {
    await harness.stopService();
    await harness.startService({ SHIPPING_AMOUNT: '0' });
    const { reply, orders } = await payNow(49, 0);
    expect(reply).toMatchObject(refused);
    expect(orders).toEqual([]);
    expect(harness.kit.requestsOf('reserve-stock')).toEqual([]);
    expect((await payNow(50, 0)).reply).toMatchObject({ ok: true });
    await harness.stopService();
    await harness.startService();
  });
});

describe('a quote does not call the stock that the shopper holds sold out', () => {
  const held = async (userId: string, person: Person) => {
    expect(await harness.call(quoteOrder, {}, person)).toMatchObject({ ok: true });
    return harness.kit
      .requestsOf('review-cart')
      .filter((request) => (request as { id: string }).id === userId)
      .at(-1);
  };
  const theirs = [{ productId: mug, quantity: 2 }];

  it('while their payment page is open, and in the moment in which it is given up', async () => {
    const { orderId, person } = await harness.placed();
    const { userId: id } = person;
    expect(await held(id, person)).toEqual({ id, held: theirs });
    expect(await harness.cancel(orderId, person)).toMatchObject({ ok: true });
    expect(await held(id, person)).toEqual({ id, held: theirs });

    const longAgo = new Date(Date.now() - 60_000);
    await harness.orders().updateOne({ _id: orderId }, { $set: { 'history.1.at': longAgo } });
    expect(await held(id, person)).toEqual({ id, held: [] });
  });

  it('but what is paid, or was refused, holds nothing for the shopper', async () => {
    const { person: buyer } = await harness.paid();
    expect(await held(buyer.userId, buyer)).toEqual({ id: buyer.userId, held: [] });
    const late = await harness.person();
    harness.answers.reserveStock = async () => ({ ok: false, error: tooLittle });
    expect(await harness.place(late)).toMatchObject({ error: { code: 'insufficient-stock' } });
    expect(await held(late.userId, late)).toEqual({ id: late.userId, held: [] });
  });
});

describe('one checkout is one order', () => {
  it('a double click gives one order, one reservation and one page, and both get the same answer', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const replies = await Promise.all(Array.from({ length: 5 }, () => harness.place(ada, checkoutId)));
    expect(replies[0]).toMatchObject({ ok: true });
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    const orders = await ordersOf(ada.userId);
    expect(orders).toHaveLength(1);
    const reserved = harness.kit
      .requestsOf('reserve-stock')
      .map((request) => (request as { orderId: string }).orderId);
    expect(new Set(reserved)).toEqual(new Set([orders[0]?._id]));
  });

  it('asked for again later it answers the same, without asking anybody', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const first = await harness.place(ada, checkoutId);
    harness.kit.requests.length = 0;
    expect(await harness.place(ada, checkoutId)).toEqual(first);
    expect(harness.kit.requests).toEqual([]);
  });

  it('the same checkout id of another person is another order', async () => {
    const checkoutId = randomUUID();
    const [ada, eve] = [await harness.person(), await harness.person()];
    const [first, second] = [await harness.place(ada, checkoutId), await harness.place(eve, checkoutId)];
    expect(first.ok && second.ok && first.orderId !== second.orderId).toBe(true);
  });

  it('with another total under the same checkout id nothing is charged', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    await harness.place(ada, checkoutId);
    expect(await harness.place(ada, checkoutId, { confirmedTotal: 9999 })).toMatchObject({
      error: { code: 'cart-changed' },
    });
    expect(harness.kit.requestsOf('open-checkout')).toHaveLength(1);
  });

  it('finished, it says so', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const placed = expectOk(await harness.place(ada, checkoutId));
    await harness.call(cancelCheckout, { orderId: placed.orderId }, ada);
    expect(await harness.place(ada, checkoutId)).toMatchObject({
      error: { code: 'already-ordered', details: { orderId: placed.orderId, state: 'cancelled' } },
    });
  });
});

describe('too little stock', () => {
  it('is answered before paying, with what there is; the order is cancelled, and asked again the answer is the same', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    harness.answers.reserveStock = async () => ({ ok: false, error: tooLittle });
    const reply = await harness.place(ada, checkoutId);
    expect(reply).toMatchObject({ ok: false, error: { code: 'insufficient-stock', details: { shortages } } });
    expect(await ordersOf(ada.userId)).toMatchObject([{ state: 'cancelled', cancelReason: 'out-of-stock' }]);
    expect(await harness.place(ada, checkoutId)).toEqual(reply);
    expect(harness.kit.requestsOf('open-checkout')).toEqual([]);
  });

  it('a price that changed between cart and reservation is refused, and the stock goes back', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    harness.answers.reserveStock = async ({ lines }) => ({
      ok: true,
      lines: lines.map((line) => ({
        ...line,
        name: 'Stoneware mug',
        price: 1900,
        currency: 'SGD',
        image: null,
      })),
    });
    expect(await harness.place(ada, checkoutId)).toMatchObject({ error: { code: 'cart-changed' } });
    const [order] = await ordersOf(ada.userId);
    expect(order).toMatchObject({ state: 'cancelled', cancelReason: 'cart-changed' });
    await harness.expectEvents(order?._id ?? '', ['order.cancelled']);
    expect(await harness.place(ada, checkoutId)).toMatchObject({ error: { code: 'cart-changed' } });
  });

  it('a reservation that had ended finishes the checkout', async () => {
    const ada = await harness.person();
    harness.answers.reserveStock = async () => ({
      ok: false,
      error: { code: 'reservation-ended', message: 'ended', details: undefined },
    });
    expect(await harness.place(ada)).toMatchObject({
      error: { code: 'already-ordered', details: { state: 'cancelled' } },
    });
  });

  it('names and prices are frozen as product-service gave them', async () => {
    harness.answers.reserveStock = async ({ lines }) => ({
      ok: true,
      lines: lines.map((line) => ({
        ...line,
        name: 'Stoneware mug, new glaze',
        price: 1850,
        currency: 'SGD',
        image: 'b'.repeat(64),
      })),
    });
    const { orderId, person } = await harness.placed();
    const frozen = { name: 'Stoneware mug, new glaze', image: 'b'.repeat(64), price: 1850, amount: 3700 };
    expect(await harness.getOrder(orderId, person)).toMatchObject({
      order: { lines: [frozen], total: 4200 },
    });
    expect(harness.kit.requestsOf('open-checkout')).toMatchObject([
      { lines: [{ name: 'Stoneware mug, new glaze' }] },
    ]);
  });
});

describe('what ended between two steps is resumed by the next try of the same checkout', () => {
  it('the payment page could not be opened: the order waits with its stock, and the next try gets the page', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const works = harness.answers.openCheckout;
    harness.answers.openCheckout = async () => ({ ok: false, error: unavailable });
    const refused = await harness.place(ada, checkoutId);
    const [waiting] = await ordersOf(ada.userId);
    expect(waiting).toMatchObject({ state: 'awaiting-payment', checkout: null });
    expect(refused).toMatchObject({
      error: { code: 'payment-unavailable', details: { orderId: waiting?._id } },
    });
    // The confirm page must not say that this stock is sold out: it is held for this shopper.
    expect(await harness.call(quoteOrder, {}, ada)).toMatchObject({ ok: true });
    expect(harness.kit.requestsOf('review-cart').at(-1)).toEqual({
      id: ada.userId,
      held: [{ productId: mug, quantity: 2 }],
    });
    harness.answers.openCheckout = works;
    expect(await harness.place(ada, checkoutId)).toMatchObject({ ok: true });
    expect(await ordersOf(ada.userId)).toHaveLength(1);
  });

  it.each([
    ['review-cart', reviewCart, 0],
    ['reserve-stock', reserveStock, 1],
  ] as const)('the peer failed at %s', async (_queue, contract, ordersLeft) => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const name = contract === reviewCart ? 'reviewCart' : 'reserveStock';
    const works = harness.answers[name];
    const fails = async () => {
      throw new Error('out of order');
    };
    Object.assign(harness.answers, { [name]: fails });
    await expect(harness.place(ada, checkoutId)).rejects.toMatchObject({ fault: 'failed' });
    expect(await ordersOf(ada.userId)).toHaveLength(ordersLeft);
    Object.assign(harness.answers, { [name]: works });
    expect(await harness.place(ada, checkoutId)).toMatchObject({ ok: true });
    expect(await ordersOf(ada.userId)).toHaveLength(1);
  });

  it('the order was cancelled while its page was being opened: the page is closed again', async () => {
    const ada = await harness.person();
    const works = harness.answers.openCheckout;
    harness.answers.openCheckout = async (request) => {
      await harness.call(cancelCheckout, { orderId: request.orderId }, ada);
      return works(request);
    };
    const reply = await harness.place(ada);
    expect(reply).toMatchObject({ error: { code: 'already-ordered', details: { state: 'cancelled' } } });
    expect(harness.kit.requestsOf('expire-checkout')).toHaveLength(2);
  });

  it('a payment page that has closed by time is not handed out again', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const placed = expectOk(await harness.place(ada, checkoutId));
    await harness
      .orders()
      .updateOne({ _id: placed.orderId }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expect(await harness.place(ada, checkoutId)).toMatchObject({ error: { code: 'already-ordered' } });
    expect((await harness.stored(placed.orderId)).cancelReason).toBe('payment-expired');
  });
});

it('an order that can not be accepted now is refused with its state', async () => {
  const { orderId } = await harness.placed();
  const admin = await harness.person('admin');
  expect(await harness.call(acceptOrder, { orderId }, admin)).toMatchObject({
    error: { code: 'wrong-state', details: { state: 'awaiting-payment' } },
  });
  expect(await harness.call(acceptOrder, { orderId: '0'.repeat(24) }, admin)).toMatchObject({
    error: { code: 'order-unknown' },
  });
});

it('each order has a number of its own', async () => {
  const placed = await Promise.all(Array.from({ length: 30 }, () => harness.placed()));
  expect(new Set(placed.map(({ number }) => number)).size).toBe(30);
});

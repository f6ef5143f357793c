import {
  cancelCheckout,
  confirmPayment,
  getOrder,
  getOrders,
  type Product,
  placeOrder,
  quoteOrder,
} from '@micromall/contracts';
import { failed } from '@micromall/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from './neighbours/world.js';
import { startSite, type TestSite } from './site.js';
import { hiddenFields, type Visitor } from './visitor.js';

let site: TestSite;

beforeAll(async () => {
  site = await startSite('checkout');
});
afterAll(() => site.stop());
beforeEach(() => site.neighbours.asUsual());

async function shopperWithCart(): Promise<{ visitor: Visitor; person: Person; mug: Product }> {
  const mug = site.world.sell();
  const person = site.world.know();
  site.world.put(person.userId, mug.productId, 2);
  const { visitor } = await site.loggedIn(person);
  return { visitor, person, mug };
}

describe('the confirm page', () => {
  it('asks a guest to log in first, and then comes back', async () => {
    expect((await site.visitor().get('/checkout')).location).toBe('/login?next=%2Fcheckout');
  });

  it('shows availability, delivery, the total, and asks for nothing else', async () => {
    const { visitor } = await shopperWithCart();
    const page = await visitor.get('/checkout');
    expect(page.status).toBe(200);
    expect(page.text).toContain('2 × $18.50 · 24 left');
    expect(page.text).toContain('Standard Delivery');
    expect(page.text).toContain('5–7 business days');
    expect(page.text).toContain('$5.00');
    expect(page.text).toContain('$42.00');
    expect(page.text).toContain('>Pay now<');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://localhost:4242");
  });

  it('is a new attempt each time it is opened', async () => {
    const { visitor } = await shopperWithCart();
    const first = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const second = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    expect(first.checkoutId).not.toBe(second.checkoutId);
  });

  it('says what changed since, before any payment', async () => {
    const { visitor, mug } = await shopperWithCart();
    mug.available = 1;
    const page = await visitor.get('/checkout');
    expect(page.text).toContain('Stoneware mug: 2 → 1');
    expect(page.text).toContain('$23.50');
  });

  it('leads back to the cart when nothing is left to pay for', async () => {
    const { visitor, mug } = await shopperWithCart();
    mug.available = 0;
    const answer = await visitor.get('/checkout');
    expect(answer.location).toBe('/cart');
    expect((await visitor.follow()).text).toContain('Stoneware mug is sold out.');
  });

  it('is a friendly page when order-service is broken', async () => {
    const { visitor } = await shopperWithCart();
    site.neighbours.breakDown(quoteOrder);
    const page = await visitor.get('/checkout');
    expect(page.status).toBe(503);
    expect(page.text).toContain(page.headers.get('x-request-id'));
  });
});

describe('"Pay now"', () => {
  it('orders what was confirmed and leads to the payment page', async () => {
    const { visitor, person } = await shopperWithCart();
    const hidden = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const answer = await visitor.submit('/checkout');
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/^http:\/\/localhost:4242\/c\/pay\/cs_test_/);
    expect(site.neighbours.requestsTo(placeOrder)).toEqual([
      {
        checkoutId: hidden.checkoutId,
        confirmedTotal: 4200,
        cartVersion: site.world.cart(person.userId).version,
      },
    ]);
    const placed = site.neighbours.heard.find(({ queue }) => queue === 'place-order');
    expect(placed?.userId).toBe(person.userId);
    expect(placed?.traceId).toBe(answer.headers.get('x-request-id'));
  });

  const shortage = { productId: 'a'.repeat(24), name: 'Stoneware mug', wanted: 2, available: 1 };
  it.each([
    [
      'insufficient-stock',
      failed('insufficient-stock', 'x', { shortages: [shortage] }),
      409,
      'Only 1 of Stoneware mug is left; you wanted 2.',
    ],
    ['cart-changed', failed('cart-changed', 'x'), 409, 'Your cart or a price has changed'],
    ['cart-empty', failed('cart-empty', 'x'), 409, 'Your cart is empty, so there is nothing to pay.'],
    [
      'an ended attempt',
      failed('already-ordered', 'x', { orderId: 'b'.repeat(24), state: 'cancelled' as const }),
      409,
      'That checkout was ended before it was paid.',
    ],
    ['payment-unavailable', failed('payment-unavailable', 'x'), 503, 'We could not reach the payment page.'],
  ])(
    'refused with %s tells why on the confirm page, before any payment',
    async (code, reply, status, words) => {
      const { visitor } = await shopperWithCart();
      const attempt = hiddenFields((await visitor.get('/checkout')).text, '/checkout').checkoutId;
      site.neighbours.instead(placeOrder, async () => reply);
      const page = await visitor.submit('/checkout');

      expect(page.status).toBe(status);
      expect(page.text).toContain('Nothing was charged.');
      expect(page.text).toContain(words);
      const next = hiddenFields(page.text, '/checkout').checkoutId;
      // Only what may still become the same order is tried again as the same attempt.
      if (code === 'payment-unavailable') expect(next).toBe(attempt);
      else expect(next).not.toBe(attempt);
    },
  );

  it('for what is paid already leads to that order', async () => {
    const { visitor } = await shopperWithCart();
    await visitor.get('/checkout');
    const orderId = 'c'.repeat(24);
    site.neighbours.instead(placeOrder, async () =>
      failed('already-ordered', 'x', { orderId, state: 'paid' as const }),
    );
    expect((await visitor.submit('/checkout')).location).toBe(`/orders/${orderId}`);
  });

  it('without an answer may be pressed again as the same attempt', async () => {
    const { visitor } = await shopperWithCart();
    const { checkoutId } = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    site.neighbours.breakDown(placeOrder);
    const page = await visitor.submit('/checkout');
    expect(page.status).toBe(503);
    expect(page.text).toContain('it stays one order');
    site.neighbours.asUsual();
    expect((await visitor.submit('/checkout')).status).toBe(303);
    expect(site.neighbours.requestsTo(placeOrder)[0]?.checkoutId).toBe(checkoutId);
  });

  it.each<Record<string, string>>([
    { confirmedTotal: '-1' },
    { confirmedTotal: '1.5' },
    { confirmedTotal: '99999999999999' },
    { cartVersion: 'x' },
    { checkoutId: '{"$gt":""}' },
    { checkoutId: '' },
  ])('with %o orders nothing', async (wrong) => {
    const { visitor } = await shopperWithCart();
    await visitor.get('/checkout');
    const page = await visitor.submit('/checkout', wrong);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Nothing was ordered');
    expect(site.neighbours.requestsTo(placeOrder)).toEqual([]);
  });

  it('of a guest orders nothing', async () => {
    const guest = site.visitor();
    await guest.get('/login');
    const _csrf = decodeURIComponent(guest.cookies.get('micromall.csrf') ?? '');
    const answer = await guest.post('/checkout', { _csrf });
    expect(answer.location).toBe('/login?next=%2Fcheckout');
    expect(site.neighbours.requestsTo(placeOrder)).toEqual([]);
  });
});

describe('the success page', () => {
  it('thanks with the order number at once, and the cart is empty', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'paid' });
    site.world.carts.delete(person.userId);
    const page = await visitor.get(`/success?order=${order.orderId}&session_id=cs_test_1`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Thank you!');
    expect(page.text).toContain(order.number);
    expect(page.text).toContain('data-cart-count>0<');
    expect(page.text).not.toContain('http-equiv="refresh"');
    expect(site.neighbours.requestsTo(confirmPayment)).toEqual([{ orderId: order.orderId }]);
  });

  it('looks again by itself while the payment is not confirmed, but not for ever', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'awaiting-payment' });
    const page = await visitor.get(`/success?order=${order.orderId}`);
    expect(page.text).toContain('Your payment is being confirmed');
    expect(page.text).toContain(order.number);
    expect(page.text).toContain(
      `<meta http-equiv="refresh" content="3; url=/success?order=${order.orderId}&amp;look=1">`,
    );
    const last = await visitor.get(`/success?order=${order.orderId}&look=20`);
    expect(last.text).not.toContain('http-equiv="refresh"');
    expect(last.text).toContain('among your orders');
    order.state = 'paid';
    expect((await visitor.get(`/success?order=${order.orderId}&look=2`)).text).toContain('Thank you!');
  });

  it('calms down when nobody answers: it looks again', async () => {
    const { visitor } = await shopperWithCart();
    site.neighbours.breakDown(confirmPayment);
    const page = await visitor.get(`/success?order=${'d'.repeat(24)}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain('if there is no order your money goes back');
    expect(page.text).toContain('http-equiv="refresh"');
  });

  it('tells of an order that was cancelled', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({
      userId: person.userId,
      state: 'cancelled',
      cancelReason: 'payment-expired',
    });
    const page = await visitor.get(`/success?order=${order.orderId}`);
    expect(page.text).toContain('This order was cancelled');
    expect(page.text).toContain('It was not paid in time.');
  });

  it.each(['', '?order=', '?order=1', '?order[$gt]=', `?order=${'e'.repeat(24)}`])(
    'of no order of this shopper (%s) does not exist',
    async (query) => {
      const { visitor } = await shopperWithCart();
      expect((await visitor.get(`/success${query}`)).status).toBe(404);
    },
  );
});

describe('the cancel page', () => {
  it('gives the order up, says that nothing was charged, and the cart is still there', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'awaiting-payment' });
    const page = await visitor.get(`/cancel?order=${order.orderId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nothing was charged');
    expect(page.text).toContain('href="/cart"');
    expect(order.state).toBe('cancelled');
    expect((await visitor.get('/cart')).text).toContain('Stoneware mug');
  });

  it('leads to the order when it is paid after all', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'paid' });
    expect((await visitor.get(`/cancel?order=${order.orderId}`)).location).toBe(`/orders/${order.orderId}`);
  });

  it('claims nothing while the bank is still thinking', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'awaiting-payment' });
    site.neighbours.instead(cancelCheckout, async () => ({ ok: true, order }));
    expect((await visitor.get(`/cancel?order=${order.orderId}`)).location).toBe(
      `/success?order=${order.orderId}`,
    );
  });

  it('does not claim that nothing was charged when nobody answers', async () => {
    const { visitor } = await shopperWithCart();
    site.neighbours.breakDown(cancelCheckout);
    const page = await visitor.get(`/cancel?order=${'d'.repeat(24)}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain('If you did not pay, nothing was charged');
  });
});

describe('orders', () => {
  it('are listed with their state in words', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'shipped' });
    const other = site.world.order({ userId: 'f'.repeat(24) });
    const page = await visitor.get('/orders');
    expect(page.text).toContain(order.number);
    expect(page.text).toContain('On its way');
    expect(page.text).toContain('$42.00');
    expect(page.text).not.toContain(other.number);
    expect(site.neighbours.requestsTo(getOrders)).toEqual([{ userId: person.userId }]);
  });

  it('each have a page with lines, totals and what happened', async () => {
    const { visitor, person } = await shopperWithCart();
    const order = site.world.order({
      userId: person.userId,
      state: 'cancelled',
      cancelReason: 'shopper-went-back',
    });
    const page = await visitor.get(`/orders/${order.orderId}`);
    expect(page.text).toContain(order.number);
    expect(page.text).toContain('2 × $18.50');
    expect(page.text).toContain('$42.00');
    expect(page.text).toContain('You went back from the payment page.');
    expect(page.text).toContain('Waiting for payment');
  });

  it('of somebody else do not exist', async () => {
    const { visitor } = await shopperWithCart();
    const other = site.world.order({ userId: 'f'.repeat(24) });
    for (const path of [
      `/orders/${other.orderId}`,
      `/success?order=${other.orderId}`,
      `/cancel?order=${other.orderId}`,
    ]) {
      const page = await visitor.get(path);
      expect(page.status).toBe(404);
      expect(page.text).not.toContain(other.number);
    }
  });

  it.each(['x', '[object Object]', '%7B%22$gt%22:%22%22%7D'])('named "%s" do not exist', async (id) => {
    const { visitor } = await shopperWithCart();
    expect((await visitor.get(`/orders/${id}`)).status).toBe(404);
    expect(site.neighbours.requestsTo(getOrder)).toEqual([]);
  });

  it('are for those who are logged in', async () => {
    expect((await site.visitor().get('/orders')).location).toBe('/login?next=%2Forders');
    expect((await site.visitor().get(`/orders/${'a'.repeat(24)}`)).status).toBe(303);
  });
});

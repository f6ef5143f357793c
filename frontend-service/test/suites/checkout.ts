import { cancelCheckout, placeOrder, quoteOrder } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import { describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import { hiddenFields } from '../visitor.js';

describe('the confirm page', () => {
  it('asks a guest to log in first, and then comes back', async () => {
    expect((await site.visitor().get('/checkout')).location).toBe('/login?next=%2Fcheckout');
  });

  it('shows availability, delivery, the total, and asks for nothing else', async () => {
    const { visitor } = await site.shopperWithCart();
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
    const { visitor } = await site.shopperWithCart();
    const first = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const second = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    expect(first.checkoutId).not.toBe(second.checkoutId);
  });

  it('says what changed since, before any payment', async () => {
    const { visitor, mug } = await site.shopperWithCart();
    mug.available = 1;
    const page = await visitor.get('/checkout');
    expect(page.text).toContain('Stoneware mug: 2 → 1');
    expect(page.text).toContain('$23.50');
  });

  it('leads back to the cart when nothing is left to pay for', async () => {
    const { visitor, mug } = await site.shopperWithCart();
    mug.available = 0;
    const answer = await visitor.get('/checkout');
    expect(answer.location).toBe('/cart');
    expect((await visitor.follow()).text).toContain('Stoneware mug is sold out.');
  });

  it('is a friendly page when order-service is broken', async () => {
    const { visitor } = await site.shopperWithCart();
    site.peers.fault(quoteOrder);
    const page = await visitor.get('/checkout');
    expect(page.status).toBe(503);
    expect(page.text).toContain(page.headers.get('x-request-id'));
  });
});

describe('"Pay now"', () => {
  it('orders what was confirmed and leads to the payment page', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const hidden = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const answer = await visitor.submit('/checkout');
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/^http:\/\/localhost:4242\/c\/pay\/cs_test_/);
    expect(site.peers.requestsTo(placeOrder)).toEqual([
      {
        checkoutId: hidden.checkoutId,
        confirmedTotal: 4200,
        cartVersion: site.shop.cart(person.userId).version,
      },
    ]);
    const placed = site.peers.requests.find(({ queue }) => queue === 'place-order');
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
    [
      'total-not-payable',
      failed('total-not-payable', 'x', { least: 50, most: 99_999_999, currency: 'SGD' }),
      409,
      'One payment can be between $0.50 and $999,999.99. Please change your cart.',
    ],
    ['cart-empty', failed('cart-empty', 'x'), 409, 'Your cart is empty, so there is nothing to pay.'],
    [
      'an ended attempt',
      failed('already-ordered', 'x', { orderId: 'b'.repeat(24), state: 'cancelled' as const }),
      409,
      'That checkout was ended before it was paid.',
    ],
    [
      'payment-unavailable',
      failed('payment-unavailable', 'x', { orderId: 'b'.repeat(24) }),
      503,
      'We could not reach the payment page.',
    ],
  ])(
    'refused with %s tells why on the confirm page, before any payment',
    async (code, reply, status, words) => {
      const { visitor } = await site.shopperWithCart();
      const attempt = hiddenFields((await visitor.get('/checkout')).text, '/checkout').checkoutId;
      site.peers.override(placeOrder, async () => reply);
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

  it('that did not reach the payment page goes on as the same order after a reload', async () => {
    const { visitor, person, mug } = await site.shopperWithCart();
    const { checkoutId } = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const { orderId } = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
    site.peers.override(placeOrder, async () => failed('payment-unavailable', 'x', { orderId }));
    const refused = await visitor.submit('/checkout');
    expect(refused.text).toContain(refused.headers.get('x-request-id'));
    // Its order holds the last unit.
    mug.available = 0;
    expect((await visitor.get('/cart')).text).not.toContain('The following items changed');
    mug.available = 24;

    const again = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    expect(again.checkoutId).toBe(checkoutId);
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([]);
    site.peers.restore();
    expect((await visitor.submit('/checkout')).status).toBe(303);
    expect(site.peers.requestsTo(placeOrder)[0]?.checkoutId).toBe(checkoutId);
  });

  it('that did not reach the payment page is given up by "Pay now" for a changed cart', async () => {
    const { visitor, person, mug } = await site.shopperWithCart();
    const { checkoutId } = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const { orderId } = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
    site.peers.override(placeOrder, async () => failed('payment-unavailable', 'x', { orderId }));
    await visitor.submit('/checkout');
    site.peers.restore();
    site.shop.setQuantity(person.userId, mug.productId, 1);
    const fresh = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    expect(fresh.checkoutId).not.toBe(checkoutId);
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([]);
    expect((await visitor.submit('/checkout')).location).toContain('/c/pay/');
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([{ orderId }]);
  });

  it('for what is paid already leads to that order', async () => {
    const { visitor } = await site.shopperWithCart();
    await visitor.get('/checkout');
    const orderId = 'c'.repeat(24);
    site.peers.override(placeOrder, async () =>
      failed('already-ordered', 'x', { orderId, state: 'paid' as const }),
    );
    expect((await visitor.submit('/checkout')).location).toBe(`/orders/${orderId}`);
  });

  it('without an answer may be pressed again as the same attempt', async () => {
    const { visitor } = await site.shopperWithCart();
    const { checkoutId } = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    site.peers.fault(placeOrder);
    const page = await visitor.submit('/checkout');
    expect(page.status).toBe(503);
    expect(page.text).toContain('it stays one order');
    site.peers.restore();
    expect((await visitor.submit('/checkout')).status).toBe(303);
    expect(site.peers.requestsTo(placeOrder)[0]?.checkoutId).toBe(checkoutId);
  });

  it.each<Record<string, string>>([
    { confirmedTotal: '-1' },
    { confirmedTotal: '1.5' },
    { confirmedTotal: '9007199254740992' },
    { cartVersion: 'x' },
    { checkoutId: '{"$gt":""}' },
    { checkoutId: '' },
  ])('with %o orders nothing', async (wrong) => {
    const { visitor } = await site.shopperWithCart();
    await visitor.get('/checkout');
    const page = await visitor.submit('/checkout', wrong);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Nothing was ordered');
    expect(site.peers.requestsTo(placeOrder)).toEqual([]);
  });

  it('takes a total of more than ten million, as its contract does', async () => {
    const { visitor, mug } = await site.shopperWithCart();
    mug.price = 999_999_900;
    await visitor.get('/checkout');
    expect((await visitor.submit('/checkout')).location).toContain('/c/pay/');
    expect(site.peers.requestsTo(placeOrder)[0]?.confirmedTotal).toBe(2_000_000_300);
  });

  it('of a guest orders nothing', async () => {
    const guest = site.visitor();
    await guest.get('/login');
    const _csrf = decodeURIComponent(guest.cookies.get('micromall.csrf') ?? '');
    const answer = await guest.post('/checkout', { _csrf });
    expect(answer.location).toBe('/login?next=%2Fcheckout');
    expect(site.peers.requestsTo(placeOrder)).toEqual([]);
  });
});

import { cancelCheckout, placeOrder } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import { describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import { hiddenFields } from '../visitor.js';

/** A shopper who is at the payment page, with the order that is to be paid there. */
async function atPaymentPage() {
  const shopper = await site.shopperWithCart();
  await shopper.visitor.get('/checkout');
  const { location } = await shopper.visitor.submit('/checkout');
  const order = site.shop.orders[0];
  if (!order) throw new Error('nothing was ordered');
  return { ...shopper, order, location };
}

describe('an order that waits for its payment', () => {
  it('is not ended by a second tab with the confirm page, whose "Pay now" leads to the same payment', async () => {
    const { visitor, order, location } = await atPaymentPage();
    const page = await visitor.get('/checkout');
    expect(page.status).toBe(200);
    expect(page.text).toContain('>Pay now<');
    expect((await visitor.submit('/checkout')).location).toBe(location);
    expect(order.state).toBe('awaiting-payment');
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([]);
  });

  it('is the same when two confirm pages were opened before the first "Pay now"', async () => {
    const { visitor } = await site.shopperWithCart();
    const one = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const other = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    const { location } = await visitor.post('/checkout', one);
    expect((await visitor.post('/checkout', other)).location).toBe(location);
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([]);
  });

  it.each(['/checkout', '/cancel?order='])('is not ended by a prefetch of %s', async (address) => {
    const { visitor, order } = await atPaymentPage();
    const path = address.endsWith('=') ? address + order.orderId : address;
    await visitor.get(path, { 'sec-purpose': 'prefetch', purpose: 'prefetch' });
    expect(order.state).toBe('awaiting-payment');
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([]);
  });

  it('is not ended by a foreign page that loads addresses of the shop or sends its forms', async () => {
    const { visitor, order } = await atPaymentPage();
    const foreign = {
      referer: 'https://evil.example/',
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    };
    await visitor.get('/checkout', foreign);
    await visitor.get(`/cancel?order=${order.orderId}`, foreign);
    await visitor.get(`/cancel?order=${order.orderId}&token=a-guess-of-the-secret`, foreign);
    expect((await visitor.post('/cancel', { order: order.orderId }, foreign)).status).toBe(403);
    expect(order.state).toBe('awaiting-payment');
  });

  it('holds the last unit for its own shopper, who can go on to pay', async () => {
    const { visitor, mug } = await site.shopperWithCart();
    mug.available = 2;
    await visitor.get('/checkout');
    const { location } = await visitor.submit('/checkout');
    expect(mug.available).toBe(0);
    const page = await visitor.get('/checkout');
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('The following items changed');
    expect((await visitor.submit('/checkout')).location).toBe(location);
  });

  it('leaves the cart as it is, although it holds the last units', async () => {
    const { visitor, mug } = await site.shopperWithCart();
    mug.available = 2;
    await visitor.get('/checkout');
    await visitor.submit('/checkout');
    const page = await visitor.get('/cart');
    expect(page.text).toContain('Stoneware mug');
    expect(page.text).not.toContain('The following items changed');
  });

  it('is cancelled by "Pay now" for a changed cart, which may have its units', async () => {
    const { visitor, person, mug, order } = await atPaymentPage();
    mug.available = 0;
    site.shop.setQuantity(person.userId, mug.productId, 1);
    await visitor.get('/checkout');
    expect(order.state).toBe('awaiting-payment');
    const { location } = await visitor.submit('/checkout');
    expect(order.state).toBe('cancelled');
    const [fresh] = site.shop.orders;
    expect(location).toContain(`cs_test_${fresh?.orderId}`);
    expect(fresh?.lines[0]?.quantity).toBe(1);
    expect(site.peers.requestsTo(cancelCheckout)).toEqual([{ orderId: order.orderId }]);
  });

  it('that is paid meanwhile leads "Pay now" for a changed cart to the thanks', async () => {
    const { visitor, person, mug, order } = await atPaymentPage();
    site.shop.setQuantity(person.userId, mug.productId, 1);
    await visitor.get('/checkout');
    order.state = 'paid';
    expect((await visitor.submit('/checkout')).location).toBe(`/success?order=${order.orderId}`);
    expect(site.shop.orders[0]).toBe(order);
  });

  it.each([
    ['can not be ended yet', 'Your earlier order is still open'],
    ['nobody can ask about', 'We could not reach the payment page.'],
  ])('that %s lets no second order be placed', async (how, sentence) => {
    const { visitor, person, mug, order } = await atPaymentPage();
    site.shop.setQuantity(person.userId, mug.productId, 1);
    await visitor.get('/checkout');
    if (how === 'nobody can ask about') site.peers.fault(cancelCheckout);
    else site.peers.override(cancelCheckout, async () => ({ ok: true, order }));
    const page = await visitor.submit('/checkout');
    expect(page.status).toBe(503);
    expect(page.text).toContain(sentence);
    expect(page.text).toContain(page.headers.get('x-request-id'));
    expect(site.shop.orders[0]).toBe(order);
  });

  it('that has ended is forgotten: the confirm page begins a new attempt', async () => {
    const { visitor, order } = await atPaymentPage();
    const { checkoutId } = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    order.state = 'cancelled';
    const fresh = hiddenFields((await visitor.get('/checkout')).text, '/checkout');
    expect(fresh.checkoutId).not.toBe(checkoutId);
    expect((await visitor.submit('/checkout')).location).not.toContain(order.orderId);
  });

  it('that is paid leads the confirm page to the thanks', async () => {
    const { visitor, order } = await atPaymentPage();
    order.state = 'paid';
    expect((await visitor.get('/checkout')).location).toBe(`/success?order=${order.orderId}`);
    expect((await visitor.follow()).text).toContain('Thank you!');
    expect((await visitor.get('/checkout')).location).not.toContain('/success');
  });
});

describe('"Pay now" for an order whose money goes back', () => {
  it.each(['refunding', 'refunded', 'refund-failed'] as const)(
    'leads to what is so (%s), which promises no delivery',
    async (state) => {
      const { visitor, person } = await site.shopperWithCart();
      const { orderId } = site.shop.addOrder({ userId: person.userId, state });
      await visitor.get('/checkout');
      site.peers.override(placeOrder, async () => failed('already-ordered', 'x', { orderId, state }));
      await visitor.submit('/checkout');
      const page = await visitor.follow();
      expect(page.text).toContain(`state-${state}`);
      expect(page.text).not.toMatch(/Thank you|we send it|Nothing was charged/);
    },
  );
});

import { cancelCheckout, confirmPayment, getOrder, getOrders } from '@micromall/contracts';
import { describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';

describe('the success page', () => {
  it('thanks with the order number at once, and the cart is empty', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({ userId: person.userId, state: 'paid' });
    site.shop.carts.delete(person.userId);
    const page = await visitor.get(`/success?order=${order.orderId}&session_id=cs_test_1`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Thank you!');
    expect(page.text).toContain(order.number);
    expect(page.text).toContain('data-cart-count>0<');
    expect(page.text).not.toContain('http-equiv="refresh"');
    expect(site.peers.requestsTo(confirmPayment)).toEqual([{ orderId: order.orderId }]);
  });

  it('checks again by itself while the payment is not confirmed, but not for ever', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
    const page = await visitor.get(`/success?order=${order.orderId}`);
    expect(page.text).toContain('Your payment is being confirmed');
    expect(page.text).toContain(order.number);
    expect(page.text).toContain(
      `<meta http-equiv="refresh" content="3; url=/success?order=${order.orderId}&amp;check=1">`,
    );
    const last = await visitor.get(`/success?order=${order.orderId}&check=20`);
    expect(last.text).not.toContain('http-equiv="refresh"');
    expect(last.text).toContain('among your orders');
    order.state = 'paid';
    expect((await visitor.get(`/success?order=${order.orderId}&check=2`)).text).toContain('Thank you!');
  });

  it('says that the money is safe when nobody answers, and checks again', async () => {
    const { visitor } = await site.shopperWithCart();
    site.peers.fault(confirmPayment);
    const page = await visitor.get(`/success?order=${'d'.repeat(24)}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain('if there is no order your money goes back');
    expect(page.text).toContain('http-equiv="refresh"');
  });

  it('tells of an order that was cancelled', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({
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
      const { visitor } = await site.shopperWithCart();
      expect((await visitor.get(`/success${query}`)).status).toBe(404);
    },
  );
});

/** The states in which the money goes back, and what the shopper is told about it. */
const refunds = [
  ['refunding', 'Your money is on its way back', 'The whole payment of $42.00 goes back to you'],
  ['refunded', 'Your money went back to you', 'The whole payment of $42.00 went back'],
  ['refund-failed', 'We could not give your money back yet', 'We look after it, and you get all of it.'],
] as const;

describe('the success page of an order', () => {
  it.each([
    ['paid', 'It is paid, and we send it soon.'],
    ['accepted', 'It is paid, and we send it soon.'],
    ['shipped', 'It is paid and on its way.'],
    ['delivered', 'It is paid and was delivered.'],
  ] as const)('that is %s thanks', async (state, sentence) => {
    const { visitor, person } = await site.shopperWithCart();
    const { orderId } = site.shop.addOrder({ userId: person.userId, state });
    const page = await visitor.get(`/success?order=${orderId}`);
    expect(page.text).toContain('Thank you!');
    expect(page.text).toContain(sentence);
  });

  it.each(refunds)(
    'that is %s says where the money is, and thanks for nothing',
    async (state, title, money) => {
      const { visitor, person } = await site.shopperWithCart();
      const { orderId, number } = site.shop.addOrder({ userId: person.userId, state });
      const page = await visitor.get(`/success?order=${orderId}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain(`<h1>${title}</h1>`);
      expect(page.text).toContain(number);
      expect(page.text).toContain('something in it was sold out, after you had paid');
      expect(page.text).toContain(money);
      expect(page.text).not.toMatch(/Thank you|we send it|Nothing was charged|http-equiv="refresh"/);
      // What was not bought is still in the cart.
      expect(page.text).toContain('data-cart-count>2<');
    },
  );

  it.each([
    ['out-of-stock', 'there was not enough left'],
    ['payment-expired', 'Its time to pay had run out before your payment came.'],
    ['shopper-went-back', 'because you went back from the payment page, before your payment came.'],
  ] as const)('that was cancelled (%s) before its payment came says so', async (cancelReason, why) => {
    const { visitor, person } = await site.shopperWithCart();
    const { orderId } = site.shop.addOrder({ userId: person.userId, state: 'refunding', cancelReason });
    for (const path of [`/success?order=${orderId}`, `/orders/${orderId}`]) {
      const page = await visitor.get(path);
      expect(page.text).toContain(why);
      expect(page.text).not.toContain('Nothing was charged');
    }
  });
});

describe('the return link of the payment page', () => {
  it('gives the order up, says that nothing was charged, and the cart is still there', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
    const page = await visitor.get(site.shop.returnAddress(order.orderId));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nothing was charged');
    expect(page.text).toContain('href="/cart"');
    expect(order.state).toBe('cancelled');
    expect((await visitor.get('/cart')).text).toContain('Stoneware mug');
  });

  it('gives its secret to no other page', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const { orderId } = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
    const page = await visitor.get(site.shop.returnAddress(orderId));
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.text).not.toContain(site.shop.cancelToken(orderId));
  });

  it.each(['', '&token=', '&token=wrong', '&token=another-secret-of-nobody', '&token[$ne]=x'])(
    'without its secret (%s) changes nothing: the shopper is asked, and a button cancels',
    async (token) => {
      const { visitor, person } = await site.shopperWithCart();
      const order = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
      const page = await visitor.get(`/cancel?order=${order.orderId}${token}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain('You went back from the payment page');
      expect(page.text).toMatch(/<a class="button" href="\/checkout">Pay now<\/a>/);
      expect(order.state).toBe('awaiting-payment');

      const cancelled = await visitor.submit('/cancel');
      expect(cancelled.status).toBe(200);
      expect(cancelled.text).toContain('Nothing was charged');
      expect(order.state).toBe('cancelled');
    },
  );

  it('leads to the order when it is paid after all', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const { orderId } = site.shop.addOrder({ userId: person.userId, state: 'paid' });
    for (const path of [`/cancel?order=${orderId}`, site.shop.returnAddress(orderId)]) {
      expect((await visitor.get(path)).location).toBe(`/orders/${orderId}`);
    }
  });

  it.each(refunds)('leads to an order that is %s, which promises no delivery', async (state) => {
    const { visitor, person } = await site.shopperWithCart();
    const { orderId } = site.shop.addOrder({ userId: person.userId, state });
    expect((await visitor.get(site.shop.returnAddress(orderId))).location).toBe(`/orders/${orderId}`);
    const page = await visitor.follow();
    expect(page.text).toContain('something in it was sold out, after you had paid');
    expect(page.text).not.toMatch(/Thank you|we send it/);
  });

  it('of an order that has ended says that nothing was charged', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const { orderId } = site.shop.addOrder({ userId: person.userId, state: 'cancelled' });
    const page = await visitor.get(`/cancel?order=${orderId}`);
    expect(page.text).toContain('Nothing was charged');
    expect(page.text).not.toContain('Cancel the order');
  });

  it('claims nothing while the bank is still thinking', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
    site.peers.override(cancelCheckout, async () => ({ ok: true, order }));
    expect((await visitor.get(site.shop.returnAddress(order.orderId))).location).toBe(
      `/success?order=${order.orderId}`,
    );
  });

  it('does not claim that nothing was charged when nobody answers', async () => {
    const { visitor } = await site.shopperWithCart();
    site.peers.fault(cancelCheckout);
    site.peers.fault(getOrder);
    for (const path of [`/cancel?order=${'d'.repeat(24)}`, site.shop.returnAddress('d'.repeat(24))]) {
      const page = await visitor.get(path);
      expect(page.status).toBe(503);
      expect(page.text).toContain('If you did not pay, nothing was charged');
    }
  });

  it.each<Record<string, string>>([{ _csrf: 'forged' }, { order: 'x' }, { order: 'e'.repeat(24) }])(
    'has a form that cancels nothing with %o',
    async (wrong) => {
      const { visitor, person } = await site.shopperWithCart();
      const order = site.shop.addOrder({ userId: person.userId, state: 'awaiting-payment' });
      await visitor.get(`/cancel?order=${order.orderId}`);
      const answer = await visitor.submit('/cancel', wrong);
      expect([403, 404]).toContain(answer.status);
      expect(order.state).toBe('awaiting-payment');
    },
  );
});

describe('orders', () => {
  it('are listed with their state in words', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({ userId: person.userId, state: 'shipped' });
    const other = site.shop.addOrder({ userId: 'f'.repeat(24) });
    const page = await visitor.get('/orders');
    expect(page.text).toContain(order.number);
    expect(page.text).toContain('On its way');
    expect(page.text).toContain('$42.00');
    expect(page.text).not.toContain(other.number);
    expect(site.peers.requestsTo(getOrders)).toEqual([{ userId: person.userId }]);
  });

  it('each have a page with lines, totals and what happened', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.shop.addOrder({
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
    const { visitor } = await site.shopperWithCart();
    const other = site.shop.addOrder({ userId: 'f'.repeat(24) });
    for (const path of [
      `/orders/${other.orderId}`,
      `/success?order=${other.orderId}`,
      `/cancel?order=${other.orderId}`,
      site.shop.returnAddress(other.orderId),
    ]) {
      const page = await visitor.get(path);
      expect(page.status).toBe(404);
      expect(page.text).not.toContain(other.number);
    }
  });

  it.each(['x', '[object Object]', '%7B%22$gt%22:%22%22%7D'])('named "%s" do not exist', async (id) => {
    const { visitor } = await site.shopperWithCart();
    expect((await visitor.get(`/orders/${id}`)).status).toBe(404);
    expect(site.peers.requestsTo(getOrder)).toEqual([]);
  });

  it('are for those who are logged in', async () => {
    expect((await site.visitor().get('/orders')).location).toBe('/login?next=%2Forders');
    expect((await site.visitor().get(`/orders/${'a'.repeat(24)}`)).status).toBe(303);
  });
});

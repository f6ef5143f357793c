import { cancelCheckout, confirmPayment, getOrder, getOrders } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSite, type TestSite } from './site.js';

let site: TestSite;

beforeAll(async () => {
  site = await startSite('orders');
});
afterAll(() => site.stop());
beforeEach(() => site.neighbours.asUsual());

describe('the success page', () => {
  it('thanks with the order number at once, and the cart is empty', async () => {
    const { visitor, person } = await site.shopperWithCart();
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
    const { visitor, person } = await site.shopperWithCart();
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
    const { visitor } = await site.shopperWithCart();
    site.neighbours.breakDown(confirmPayment);
    const page = await visitor.get(`/success?order=${'d'.repeat(24)}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain('if there is no order your money goes back');
    expect(page.text).toContain('http-equiv="refresh"');
  });

  it('tells of an order that was cancelled', async () => {
    const { visitor, person } = await site.shopperWithCart();
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
      const { visitor } = await site.shopperWithCart();
      expect((await visitor.get(`/success${query}`)).status).toBe(404);
    },
  );
});

describe('the cancel page', () => {
  it('gives the order up, says that nothing was charged, and the cart is still there', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'awaiting-payment' });
    const page = await visitor.get(`/cancel?order=${order.orderId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nothing was charged');
    expect(page.text).toContain('href="/cart"');
    expect(order.state).toBe('cancelled');
    expect((await visitor.get('/cart')).text).toContain('Stoneware mug');
  });

  it('leads to the order when it is paid after all', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'paid' });
    expect((await visitor.get(`/cancel?order=${order.orderId}`)).location).toBe(`/orders/${order.orderId}`);
  });

  it('claims nothing while the bank is still thinking', async () => {
    const { visitor, person } = await site.shopperWithCart();
    const order = site.world.order({ userId: person.userId, state: 'awaiting-payment' });
    site.neighbours.instead(cancelCheckout, async () => ({ ok: true, order }));
    expect((await visitor.get(`/cancel?order=${order.orderId}`)).location).toBe(
      `/success?order=${order.orderId}`,
    );
  });

  it('does not claim that nothing was charged when nobody answers', async () => {
    const { visitor } = await site.shopperWithCart();
    site.neighbours.breakDown(cancelCheckout);
    const page = await visitor.get(`/cancel?order=${'d'.repeat(24)}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain('If you did not pay, nothing was charged');
  });
});

describe('orders', () => {
  it('are listed with their state in words', async () => {
    const { visitor, person } = await site.shopperWithCart();
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
    const { visitor, person } = await site.shopperWithCart();
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
    const { visitor } = await site.shopperWithCart();
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
    const { visitor } = await site.shopperWithCart();
    expect((await visitor.get(`/orders/${id}`)).status).toBe(404);
    expect(site.neighbours.requestsTo(getOrder)).toEqual([]);
  });

  it('are for those who are logged in', async () => {
    expect((await site.visitor().get('/orders')).location).toBe('/login?next=%2Forders');
    expect((await site.visitor().get(`/orders/${'a'.repeat(24)}`)).status).toBe(303);
  });
});

import { randomUUID } from 'node:crypto';
import {
  acceptOrder,
  cancelCheckout,
  deliverOrder,
  getOrders,
  paymentExpired,
  paymentRefunded,
  quoteOrder,
  refund,
  shipOrder,
} from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { Bed, mug } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
beforeEach(() => bed.reset());

it('a purchase: quoted, placed, paid, accepted, shipped, delivered', async () => {
  const ada = bed.newShopper();
  const quote = await bed.call(quoteOrder, {}, ada);
  expect(quote).toMatchObject({
    ok: true,
    total: 4200,
    currency: 'SGD',
    shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
  });

  const placed = await bed.place(ada);
  expect(placed).toMatchObject({
    ok: true,
    number: expect.stringMatching(/^MM-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
  });
  if (!placed.ok) return;
  const { orderId } = placed;
  expect(placed.checkoutUrl).toBe(`http://localhost:4242/c/pay/cs_test_${orderId}`);
  expect(bed.callsOf('reserve-stock')).toMatchObject([{ orderId, lines: [{ productId: mug, quantity: 2 }] }]);
  expect(bed.callsOf('open-checkout')).toMatchObject([
    {
      orderId,
      number: placed.number,
      userId: ada.userId,
      email: ada.email,
      lines: [{ productId: mug, name: 'Stoneware mug', price: 1850, quantity: 2 }],
      shipping: { label: 'Standard Delivery', amount: 500 },
      currency: 'SGD',
    },
  ]);
  expect(await bed.look(orderId, ada)).toMatchObject({
    order: { state: 'awaiting-payment', subtotal: 3700, shipping: 500, total: 4200 },
  });

  await bed.emitPaid(orderId);
  await bed.reaches(orderId, 'paid');
  await bed.hears(orderId, ['order.paid']);
  expect(bed.told[0]).toMatchObject({
    messageId: `order.paid:${orderId}`,
    payload: {
      number: placed.number,
      userId: ada.userId,
      total: 4200,
      lines: [{ productId: mug, quantity: 2 }],
    },
  });

  const admin = bed.newShopper('admin');
  expect(await bed.call(acceptOrder, { orderId }, admin)).toMatchObject({ order: { state: 'accepted' } });
  expect(await bed.call(shipOrder, { orderId }, admin)).toMatchObject({ order: { state: 'shipped' } });
  expect(await bed.call(deliverOrder, { orderId }, admin)).toMatchObject({ order: { state: 'delivered' } });

  const mine = await bed.call(getOrders, { userId: ada.userId }, ada);
  expect(mine.ok && mine.orders.map(({ orderId: id, state }) => [id, state])).toEqual([
    [orderId, 'delivered'],
  ]);
  expect(mine.ok && mine.orders[0]?.history.map(({ state }) => state)).toEqual([
    'awaiting-payment',
    'paid',
    'accepted',
    'shipped',
    'delivered',
  ]);
});

it('the page of thanks shows the order as paid before any webhook has come, and the cart is emptied', async () => {
  const { orderId, person } = await bed.placed();
  bed.neighbours.checkPayment = async () => ({ ok: true, status: 'paid' });
  expect(await bed.confirm(orderId, person)).toMatchObject({ ok: true, order: { state: 'paid' } });
  expect(bed.callsOf('settle-cart')).toEqual([
    { userId: person.userId, orderId, lines: [{ productId: mug, quantity: 2 }] },
  ]);
  await bed.hears(orderId, ['order.paid']);

  await bed.receives(1, () => bed.emitPaid(orderId));
  expect((await bed.stored(orderId)).payment).toMatchObject({
    paymentIntentId: `pi_${orderId}`,
    amount: 4200,
  });
  await bed.hears(orderId, ['order.paid']);
});

it('a shopper who goes back gives the stock back, and the order says why it ended', async () => {
  const { orderId, person } = await bed.placed();
  const reply = await bed.call(cancelCheckout, { orderId }, person);
  expect(reply).toMatchObject({ ok: true, order: { state: 'cancelled', cancelReason: 'shopper-went-back' } });
  expect(bed.callsOf('expire-checkout')).toEqual([{ orderId }]);
  await bed.hears(orderId, ['order.cancelled']);
  expect(bed.told[0]?.payload).toMatchObject({
    reason: 'shopper-went-back',
    lines: [{ productId: mug, quantity: 2 }],
  });
  const again = await bed.call(cancelCheckout, { orderId }, person);
  expect(again).toEqual(reply);
});

it('a shopper who goes back is told so, also when news of the closed page is faster than the answer', async () => {
  const { orderId, person } = await bed.placed();
  bed.neighbours.expireCheckout = async () => {
    const sessionId = `cs_test_${orderId}`;
    await bed.emit(paymentExpired, { orderId, sessionId, occurredAt: new Date().toISOString() });
    await bed.reaches(orderId, 'cancelled');
    return { ok: true, status: 'expired' };
  };
  const reply = await bed.call(cancelCheckout, { orderId }, person);
  expect(reply).toMatchObject({ order: { state: 'cancelled', cancelReason: 'shopper-went-back' } });
  await bed.hears(orderId, ['order.cancelled']);
  expect(bed.told[0]?.payload).toMatchObject({ reason: 'shopper-went-back' });
});

it('a shopper who goes back after having paid keeps the order', async () => {
  const { orderId, person } = await bed.placed();
  bed.neighbours.expireCheckout = async () => ({ ok: true, status: 'paid' });
  expect(await bed.call(cancelCheckout, { orderId }, person)).toMatchObject({ order: { state: 'paid' } });
});

it('a refund gives the money back through payment-service, then the stock through the event', async () => {
  const { orderId, person } = await bed.paid();
  const admin = bed.newShopper('admin');
  expect(await bed.call(refund, { orderId, reason: 'duplicate' }, admin)).toMatchObject({
    order: { state: 'refunding' },
  });
  await bed.hears(orderId, ['order.paid', 'order.refund-requested']);
  expect(bed.told.at(-1)).toMatchObject({
    messageId: `order.refund-requested:${orderId}:1`,
    payload: { reason: 'duplicate', attempt: 1 },
  });
  const occurredAt = new Date().toISOString();
  await bed.emit(paymentRefunded, {
    orderId,
    refundId: 're_1',
    attempt: 1,
    amount: 4200,
    currency: 'SGD',
    occurredAt,
  });
  await bed.hears(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  expect(bed.told.at(-1)?.payload).toMatchObject({ lines: [{ productId: mug, quantity: 2 }], total: 4200 });
  expect(await bed.look(orderId, person)).toMatchObject({ order: { state: 'refunded' } });
});

it('counts the funnel, the steps of orders and the revenue', async () => {
  const before = await bed.metrics();
  const { orderId } = await bed.paid();
  await bed.hears(orderId, ['order.paid']);
  const after = await bed.metrics();
  const grown = (line: string) => valueIn(after, line) - valueIn(before, line);
  expect(grown('checkout_funnel_total{step="opened"')).toBe(1);
  expect(grown('checkout_funnel_total{step="paid"')).toBe(1);
  expect(grown('order_transitions_total{from="awaiting-payment",to="paid"')).toBe(1);
  expect(grown('shop_revenue_minor_units_total{currency="SGD"')).toBe(4200);
});

it('an order that nobody knows, or that is somebody else’s, is unknown', async () => {
  const { orderId } = await bed.placed();
  const eve = bed.newShopper();
  for (const reply of [
    await bed.look(orderId, eve),
    await bed.confirm(orderId, eve),
    await bed.call(cancelCheckout, { orderId }, eve),
    await bed.look('0'.repeat(24), eve),
  ]) {
    expect(reply).toMatchObject({ ok: false, error: { code: 'order-unknown' } });
  }
  expect((await bed.stored(orderId)).state).toBe('awaiting-payment');
  expect(bed.callsOf('expire-checkout')).toEqual([]);
  expect(await bed.look(orderId, bed.newShopper('admin'))).toMatchObject({ ok: true, order: { orderId } });
});

it('orders are listed for their owner, an admin and the operator, and for nobody else', async () => {
  const { orderId, person } = await bed.placed();
  const request = { userId: person.userId };
  expect(await bed.call(getOrders, request, bed.newShopper())).toMatchObject({
    error: { code: 'not-your-orders' },
  });
  expect(await bed.call(getOrders, request, bed.newShopper('admin'))).toMatchObject({
    orders: [{ orderId }],
  });
  await bed.vhost.publish('get-orders', JSON.stringify(request), { reply_to: 'gui-replies' });
  await expect.poll(async () => (await bed.vhost.take('gui-replies', 1))[0]?.payload).toContain(orderId);
});

it('the operator accepts an order from the RabbitMQ GUI, and is told what an order needs that has no person', async () => {
  const { orderId } = await bed.paid();
  await bed.vhost.publish('accept-order', JSON.stringify({ orderId }));
  await bed.reaches(orderId, 'accepted');
  const request = { checkoutId: randomUUID(), confirmedTotal: 4200, cartVersion: 3 };
  await bed.vhost.publish('place-order', JSON.stringify(request), { reply_to: 'gui-replies' });
  await expect.poll(async () => (await bed.vhost.take('gui-replies', 1))[0]?.payload).toContain('x-identity');
});

it('only an admin may accept, ship, deliver and refund', async () => {
  const { orderId, person } = await bed.paid();
  for (const contract of [acceptOrder, shipOrder, deliverOrder, refund]) {
    await expect(bed.call(contract, { orderId }, person)).rejects.toMatchObject({ fault: 'forbidden' });
  }
  expect((await bed.stored(orderId)).state).toBe('paid');
});

function valueIn(metrics: string, line: string): number {
  const found = metrics.split('\n').find((candidate) => candidate.startsWith(line));
  return Number(found?.split(' ').at(-1) ?? 0);
}

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import {
  acceptOrder,
  deliverOrder,
  getOrders,
  paymentExpired,
  paymentRefunded,
  quoteOrder,
  refund,
  shipOrder,
} from '@micromall/contracts';
import { createMetrics, type Logger } from '@micromall/platform';
import { expectOk } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OrderRecord } from '../src/domain/order.js';
import { createEvents } from '../src/events.js';
import { mug, OrderHarness } from './harness.js';

let harness: OrderHarness;
beforeAll(async () => {
  harness = await OrderHarness.start();
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

it('a purchase: quoted, placed, paid, accepted, shipped, delivered', async () => {
  const ada = await harness.person();
  const quote = await harness.call(quoteOrder, {}, ada);
  expect(quote).toMatchObject({
    ok: true,
    total: 4200,
    currency: 'SGD',
    shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
  });

  const placed = await harness.place(ada);
  expect(placed).toMatchObject({
    ok: true,
    number: expect.stringMatching(/^MM-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
  });
  if (!placed.ok) return;
  const { orderId } = placed;
  expect(placed.checkoutUrl).toBe(`http://localhost:4242/c/pay/cs_test_${orderId}`);
  expect(harness.kit.requestsOf('reserve-stock')).toMatchObject([
    { orderId, lines: [{ productId: mug, quantity: 2 }] },
  ]);
  expect(harness.kit.requestsOf('open-checkout')).toMatchObject([
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
  expect(await harness.getOrder(orderId, ada)).toMatchObject({
    order: { state: 'awaiting-payment', subtotal: 3700, shipping: 500, total: 4200 },
  });

  await harness.emitPaid(orderId);
  await harness.reaches(orderId, 'paid');
  await harness.expectEvents(orderId, ['order.paid']);
  expect(harness.kit.events[0]).toMatchObject({
    messageId: `order.paid:${orderId}`,
    payload: {
      number: placed.number,
      userId: ada.userId,
      total: 4200,
      lines: [{ productId: mug, quantity: 2 }],
    },
  });

  const admin = await harness.person('admin');
  expect(await harness.call(acceptOrder, { orderId }, admin)).toMatchObject({ order: { state: 'accepted' } });
  expect(await harness.call(shipOrder, { orderId }, admin)).toMatchObject({ order: { state: 'shipped' } });
  expect(await harness.call(deliverOrder, { orderId }, admin)).toMatchObject({
    order: { state: 'delivered' },
  });

  const mine = await harness.call(getOrders, { userId: ada.userId }, ada);
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

it('the thanks page shows the order as paid before any webhook has come, and the cart is emptied', async () => {
  const { orderId, person } = await harness.placed();
  harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
  expect(await harness.confirm(orderId, person)).toMatchObject({ ok: true, order: { state: 'paid' } });
  expect(harness.kit.requestsOf('settle-cart')).toEqual([
    { userId: person.userId, orderId, lines: [{ productId: mug, quantity: 2 }] },
  ]);
  await harness.expectEvents(orderId, ['order.paid']);

  await harness.consumes(1, () => harness.emitPaid(orderId));
  expect((await harness.stored(orderId)).payment).toMatchObject({
    paymentIntentId: `pi_${orderId}`,
    amount: 4200,
  });
  await harness.expectEvents(orderId, ['order.paid']);
});

it('a shopper who goes back gives the stock back, and the order says why it ended', async () => {
  const { orderId, person } = await harness.placed();
  const reply = await harness.cancel(orderId, person);
  expect(reply).toMatchObject({ ok: true, order: { state: 'cancelled', cancelReason: 'shopper-went-back' } });
  expect(harness.kit.requestsOf('expire-checkout')).toEqual([{ orderId }]);
  await harness.expectEvents(orderId, ['order.cancelled']);
  expect(harness.kit.events[0]?.payload).toMatchObject({
    reason: 'shopper-went-back',
    lines: [{ productId: mug, quantity: 2 }],
  });
  const again = await harness.cancel(orderId, person);
  expect(again).toEqual(reply);
});

it('a shopper who goes back is the reason, also when the event of the closed page is faster than the answer', async () => {
  const { orderId, person } = await harness.placed();
  harness.answers.expireCheckout = async () => {
    const sessionId = `cs_test_${orderId}`;
    await harness.emit(paymentExpired, { orderId, sessionId, occurredAt: new Date().toISOString() });
    await harness.reaches(orderId, 'cancelled');
    return { ok: true, status: 'expired' };
  };
  const reply = await harness.cancel(orderId, person);
  expect(reply).toMatchObject({ order: { state: 'cancelled', cancelReason: 'shopper-went-back' } });
  await harness.expectEvents(orderId, ['order.cancelled']);
  expect(harness.kit.events[0]?.payload).toMatchObject({ reason: 'shopper-went-back' });
});

it('a shopper who goes back after having paid keeps the order', async () => {
  const { orderId, person } = await harness.placed();
  harness.answers.expireCheckout = async () => ({ ok: true, status: 'paid' });
  expect(await harness.cancel(orderId, person)).toMatchObject({ order: { state: 'paid' } });
});

describe('the secret of a checkout', () => {
  async function tokenOf(orderId: string): Promise<string> {
    return (await harness.stored(orderId)).cancelToken ?? '';
  }

  it('goes to payment-service, the same at each try, and is another for each order', async () => {
    const ada = await harness.person();
    const checkoutId = randomUUID();
    const works = harness.answers.openCheckout;
    const error = { code: 'stripe-unavailable' as const, message: 'no', details: undefined };
    harness.answers.openCheckout = async () => ({ ok: false, error });
    expect(await harness.place(ada, checkoutId)).toMatchObject({ error: { code: 'payment-unavailable' } });
    harness.answers.openCheckout = works;
    const { orderId } = expectOk(await harness.place(ada, checkoutId));
    const cancelToken = await tokenOf(orderId);
    expect(cancelToken).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(harness.kit.requestsOf('open-checkout')).toMatchObject([{ cancelToken }, { cancelToken }]);
    expect(await tokenOf((await harness.placed()).orderId)).not.toBe(cancelToken);
  });

  it('lets the shopper come back from the payment page; another one changes nothing', async () => {
    const { orderId, person } = await harness.placed();
    const token = await tokenOf(orderId);
    for (const wrong of ['x'.repeat(22), `${token}x`, token.slice(1)]) {
      expect(await harness.cancel(orderId, person, wrong)).toMatchObject({ error: { code: 'wrong-token' } });
    }
    expect(harness.kit.requestsOf('expire-checkout')).toEqual([]);
    expect(await harness.stored(orderId)).toMatchObject({ state: 'awaiting-payment', closingReason: null });
    expect(await harness.cancel(orderId, person, token)).toMatchObject({ order: { state: 'cancelled' } });
  });

  it('stands in no line of the log, however much is logged', async () => {
    await harness.stopService();
    const lines: string[] = [];
    const write = fs.write as (...parts: unknown[]) => void;
    const spy = vi.spyOn(fs, 'write').mockImplementation(((...parts: unknown[]) => {
      if (parts[0] === 1) lines.push(String(parts[1]));
      write(...parts);
    }) as typeof fs.write);
    try {
      await harness.startService({ LOG_LEVEL: 'trace' });
      const { orderId, person } = await harness.placed();
      const token = await tokenOf(orderId);
      const wrong = 'x'.repeat(22);
      await harness.cancel(orderId, person, wrong);
      await harness.cancel(orderId, person, token);
      await harness.emitPaid(orderId);
      await harness.reaches(orderId, 'refunding');
      harness.answers.openCheckout = async () => {
        throw new Error('Stripe is away');
      };
      const late = await harness.person();
      expect(await harness.place(late)).toMatchObject({ error: { code: 'payment-unavailable' } });
      const waiting = await harness.orders().findOne({ userId: late.userId });
      await harness.stopService();

      const log = lines.join('');
      expect(log).toContain('a cancelled order was paid');
      expect(log).toContain('payment page not opened');
      expect(waiting?.cancelToken).toMatch(/^[A-Za-z0-9_-]{22}$/);
      for (const secret of [token, wrong, waiting?.cancelToken]) expect(log).not.toContain(secret);
    } finally {
      spy.mockRestore();
      await harness.stopService();
      await harness.startService();
    }
  });

  it('is in no answer, log line or metric, and in no dead letter', async () => {
    const { orderId, person } = await harness.paid();
    const cancelToken = await tokenOf(orderId);
    expect(JSON.stringify(await harness.getOrder(orderId, person))).not.toContain(cancelToken);
    expect(await harness.metrics()).not.toContain(cancelToken);
    await harness.kit.vhost.publish('cancel-checkout', JSON.stringify({ orderId: 'none', cancelToken }));
    const parked = async () => (await harness.kit.vhost.take('parking.order-service', 1))[0];
    let letter = await parked();
    await expect.poll(async () => (letter ??= await parked())).toBeDefined();
    expect(JSON.stringify(letter)).not.toContain(cancelToken);

    const { nextLookAt: nextCheckAt, ...rest } = await harness.stored(orderId);
    const order: OrderRecord = { ...rest, nextCheckAt };
    const lines: unknown[] = [];
    const log = (facts: unknown) => lines.push(facts);
    const logger = { info: log, warn: log, error: log, debug: log } as unknown as Logger;
    const events = createEvents(logger, createMetrics('order-service').registry, 'SGD');
    const payment = { sessionId: 'cs_1', paymentIntentId: 'pi_1', amount: 1, currency: 'SGD' };
    events.placed(order);
    events.reserved(order);
    events.sessionOpened(order);
    events.transitioned('awaiting-payment', order);
    events.moneyArrived(order, payment);
    events.moneyWentBack(order, payment);
    events.paidTooLate(order);
    events.wrongAmountPaid(order, payment);
    events.soldOutAfterPayment(order, []);
    events.refundRequestRepeated(order);
    expect(lines).toHaveLength(10);
    expect(JSON.stringify(lines)).not.toContain(cancelToken);
  });
});

it('a refund gives the money back through payment-service, then the stock through the event', async () => {
  const { orderId, person } = await harness.paid();
  const admin = await harness.person('admin');
  expect(await harness.call(refund, { orderId, reason: 'duplicate' }, admin)).toMatchObject({
    order: { state: 'refunding' },
  });
  await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested']);
  expect(harness.kit.events.at(-1)).toMatchObject({
    messageId: `order.refund-requested:${orderId}:1`,
    payload: { reason: 'duplicate', attempt: 1 },
  });
  const occurredAt = new Date().toISOString();
  await harness.emit(paymentRefunded, {
    orderId,
    refundId: 're_1',
    attempt: 1,
    amount: 4200,
    currency: 'SGD',
    occurredAt,
  });
  await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  expect(harness.kit.events.at(-1)?.payload).toMatchObject({
    lines: [{ productId: mug, quantity: 2 }],
    total: 4200,
  });
  expect(await harness.getOrder(orderId, person)).toMatchObject({ order: { state: 'refunded' } });
});

it('what panels and alarms count is there before it first happens', async () => {
  for (const series of [
    'checkout_refusals_total{reason="payment-unavailable"',
    'order_transitions_total{from="refunded",to="refund-failed"',
    'order_payment_anomalies_total{kind="order-lost"',
  ]) {
    expect(await harness.sample(series), series).toBeDefined();
  }
  expect(await harness.sample('shop_refunded_minor_units_total{currency="SGD"')).toBeDefined();
});

it('a payment is counted in the funnel, the transitions and the revenue', async () => {
  const series = {
    'checkout_funnel_total{step="session-opened"': 1,
    'checkout_funnel_total{step="paid"': 1,
    'order_transitions_total{from="awaiting-payment",to="paid"': 1,
    'shop_revenue_minor_units_total{currency="SGD"': 4200,
  };
  const values = () => Promise.all(Object.keys(series).map((name) => harness.sample(name)));
  const before = await values();
  const { orderId } = await harness.paid();
  await harness.expectEvents(orderId, ['order.paid']);
  const after = await values();
  expect(after.map((value, index) => (value ?? 0) - (before[index] ?? 0))).toEqual(Object.values(series));
});

it('an order that nobody knows, or that is somebody else’s, is unknown', async () => {
  const { orderId } = await harness.placed();
  const eve = await harness.person();
  for (const reply of [
    await harness.getOrder(orderId, eve),
    await harness.confirm(orderId, eve),
    await harness.cancel(orderId, eve),
    await harness.getOrder('0'.repeat(24), eve),
  ]) {
    expect(reply).toMatchObject({ ok: false, error: { code: 'order-unknown' } });
  }
  expect((await harness.stored(orderId)).state).toBe('awaiting-payment');
  expect(harness.kit.requestsOf('expire-checkout')).toEqual([]);
  expect(await harness.getOrder(orderId, await harness.person('admin'))).toMatchObject({
    ok: true,
    order: { orderId },
  });
});

it('orders are listed for their owner, an admin and the operator, and for nobody else', async () => {
  const { orderId, person } = await harness.placed();
  const request = { userId: person.userId };
  expect(await harness.call(getOrders, request, await harness.person())).toMatchObject({
    error: { code: 'not-your-orders' },
  });
  expect(await harness.call(getOrders, request, await harness.person('admin'))).toMatchObject({
    orders: [{ orderId }],
  });
  await harness.kit.vhost.publish('get-orders', JSON.stringify(request), { reply_to: 'gui-replies' });
  await expect
    .poll(async () => (await harness.kit.vhost.take('gui-replies', 1))[0]?.payload)
    .toContain(orderId);
});

it('the operator accepts an order from the RabbitMQ GUI, and reads that an order needs a person', async () => {
  const { orderId } = await harness.paid();
  await harness.kit.vhost.publish('accept-order', JSON.stringify({ orderId }));
  await harness.reaches(orderId, 'accepted');
  const request = { checkoutId: randomUUID(), confirmedTotal: 4200, cartVersion: 3 };
  await harness.kit.vhost.publish('place-order', JSON.stringify(request), { reply_to: 'gui-replies' });
  await expect
    .poll(async () => (await harness.kit.vhost.take('gui-replies', 1))[0]?.payload)
    .toContain('x-identity');
});

it('only an admin may accept, ship, deliver and refund', async () => {
  const { orderId, person } = await harness.paid();
  for (const contract of [acceptOrder, shipOrder, deliverOrder, refund]) {
    await expect(harness.call(contract, { orderId }, person)).rejects.toMatchObject({ fault: 'forbidden' });
  }
  expect((await harness.stored(orderId)).state).toBe('paid');
});

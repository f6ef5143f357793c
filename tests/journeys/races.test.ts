import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expectBooksToAgree, ledger } from '@micromall/test-kit/ledger/expect';
import { BorrowedShop } from '@micromall/test-kit/shop/borrow';
import { type Sale, settlesWithin } from '@micromall/test-kit/shop/test-shop';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

let own: BorrowedShop;
beforeAll(async () => {
  own = await BorrowedShop.borrow();
});
afterAll(() => own?.giveBack());

const secrets = z.object({ sandboxApiKey: z.string() });
const orderReply = z.object({ order: z.object({ state: z.string() }) });

async function paidSale(name: string): Promise<Sale> {
  const sale = await own.atPaymentPage(await own.newProduct(name, 2));
  await sale.shopper.get(await own.pay(sale));
  await expect.poll(() => own.statesOf(sale.userId), settlesWithin).toEqual(['paid']);
  return sale;
}

/** The key of the shop's account, with which somebody is at work in Stripe's dashboard. */
async function stripeKey(): Promise<string> {
  return secrets.parse(
    JSON.parse(await readFile(join(dirname(own.address.logDirectory), 'secrets.json'), 'utf8')),
  ).sandboxApiKey;
}

async function paymentOf({ orderId }: Sale) {
  const payments = (await ledger(own)).filter(({ metadata }) => metadata.orderId === orderId);
  expect(payments).toHaveLength(1);
  return payments[0];
}

/** The money and the stock went back once, and the shopper reads of it. */
async function expectRefundedOnce(sale: Sale): Promise<void> {
  await expect.poll(() => own.statesOf(sale.userId), settlesWithin).toEqual(['refunded']);
  await expectBooksToAgree(own);
  expect((await paymentOf(sale))?.refunds).toHaveLength(1);
  const page = await sale.shopper.get(`/orders/${sale.orderId}`);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Refunded')]);
  expect(page.text).toMatch(/MM-[0-9A-Z]{4}-[0-9A-Z]{4}/);
}

it('an order that is accepted, refunded and refunded again at once is refunded once', async () => {
  const sale = await paidSale('Wanted and unwanted');
  const { orderId } = sale;
  const [, ...refunds] = await Promise.all([
    own.operator.ask('accept-order', { orderId }),
    own.operator.ask('refund', { orderId }),
    own.operator.ask('refund', { orderId, reason: 'duplicate' }),
  ]);
  for (const reply of refunds) expect(orderReply.parse(reply).order.state).toMatch(/^refund(ing|ed)$/);
  await expectRefundedOnce(sale);
});

it('an order that is refunded here while somebody gives the money back at Stripe is refunded once', async () => {
  const sale = await paidSale('Given back from two sides');
  const { port, hostname } = new URL(own.stripeUrl);
  const stripe = new Stripe(await stripeKey(), { host: hostname, port, protocol: 'http', telemetry: false });
  const paymentIntent = (await paymentOf(sale))?.payment_intent ?? '';
  await Promise.all([
    own.operator.ask('refund', { orderId: sale.orderId }),
    // Whoever comes second is refused by Stripe.
    stripe.refunds.create({ payment_intent: paymentIntent }).catch(() => undefined),
  ]);
  await expectRefundedOnce(sale);
});

it('two browsers of one account that check out one cart lead to one payment page, and one payment', async () => {
  const { shopper, userId, confirm } = await own.atConfirmPage(
    await own.newProduct('Bought by two hands', 5),
  );
  const other = await shopper.get('/checkout');
  const placed = await Promise.all([shopper.payNow(confirm), shopper.payNow(other)]);
  const sessions = placed.map((each) => (each.placed ? each.sessionId : each.page.text));
  expect(sessions[1]).toBe(sessions[0]);
  const back = await own.pay({ shopper, sessionId: sessions[0] ?? '' });
  expect((await shopper.get(back)).text).toContain('Thank you!');
  expect(await own.statesOf(userId)).toEqual(['paid']);
  // Pressed once more in the browser that was forgotten: there is nothing to pay for any more, and it says so.
  const late = await shopper.payNow(other);
  expect(late.placed).toBe(false);
  expect(await own.statesOf(userId)).toEqual(['paid']);
  await expectBooksToAgree(own);
});

it('a cart that changes while it is checked out: what is paid is what was confirmed', async () => {
  const bought = await own.newProduct('Confirmed', 20);
  const added = await own.newProduct('Added meanwhile', 20);
  for (let round = 0; round < 3; round += 1) {
    const { shopper, userId, confirm } = await own.atConfirmPage(bought);
    const page = await shopper.get(`/products/${added}`);
    const [placed] = await Promise.all([shopper.payNow(confirm), shopper.addToCart(added, page)]);
    if (!placed.placed) {
      expect(placed.page.text).toMatch(/changed/);
      expect(await own.statesOf(userId)).toEqual([]);
      continue;
    }
    await shopper.get(await own.pay({ shopper, sessionId: placed.sessionId }));
    const [order] = await own.ordersOf(userId);
    expect(order?.state).toBe('paid');
    expect(order?.lines.map(({ productId }) => productId)).toEqual([bought]);
    // What was added was not paid for, and is still wanted.
    await expect.poll(() => own.cartCount(userId), settlesWithin).toBe(1);
  }
  await expectBooksToAgree(own);
});

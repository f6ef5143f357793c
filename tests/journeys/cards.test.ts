import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorAt } from '@micromall/test-kit/operator';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import { newEmail, WebShopper, wayBackFrom } from '@micromall/test-kit/shopper';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CardFields, type PaymentAnswer, PaymentPage } from './payment-page.js';

const shop = await sharedShop();
const operator = operatorAt(shop);
const { site, stripe } = shop.urls;
const total = 1_700;
const settles = { timeout: 20_000 };
/** The stand-in lets such a refund be pending for three seconds. */
const pendingForMs = 2_000;

const productReply = z.object({ product: z.object({ productId: z.string() }) });
const catalogReply = z.object({ products: z.tuple([z.object({ available: z.int() })]) });
const orderReply = z.object({
  ok: z.literal(true),
  order: z.object({
    state: z.string(),
    history: z.array(z.object({ state: z.string(), at: z.string() })),
  }),
});
const ledgerReply = z.object({
  payments: z.array(
    z.object({
      charge: z.string(),
      amount: z.int(),
      amount_refunded: z.int(),
      disputed: z.boolean(),
      metadata: z.record(z.string(), z.string()),
      refunds: z.array(z.object({ status: z.string() })),
    }),
  ),
});

const shopper = new WebShopper(site, stripe);
let productId = '';

beforeAll(async () => {
  const lamp = { name: 'Card lamp', quantity: 200, price: 1_200 };
  productId = productReply.parse(await operator.ask('create-product', lamp)).product.productId;
  await shopper.register('Ada', newEmail());
});

/** A new order, and the payment page to which "Pay now" leads. */
async function openPaymentPage(): Promise<{ page: PaymentPage; orderId: string }> {
  await shopper.addToCart(productId);
  const { checkoutUrl } = await shopper.toPaymentPage();
  const wayBack = await wayBackFrom(checkoutUrl);
  return { page: new PaymentPage(checkoutUrl), orderId: wayBack.searchParams.get('order') ?? '' };
}

async function stateOf(orderId: string): Promise<string> {
  return orderReply.parse(await operator.ask('get-order', { orderId })).order.state;
}
async function stock(): Promise<number> {
  return catalogReply.parse(await operator.ask('catalog', { productIds: [productId] })).products[0].available;
}
/** What the stand-in has taken for an order. */
async function paymentsFor(orderId: string) {
  const { payments } = ledgerReply.parse(await (await fetch(`${stripe}/sandbox/ledger`)).json());
  return payments.filter(({ metadata }) => metadata.orderId === orderId);
}

/** The payment page leads to `/success`, which thanks; the order is paid, once. */
async function expectPaid(answer: PaymentAnswer, orderId: string): Promise<void> {
  expect([answer.status, answer.location?.pathname]).toEqual([303, '/success']);
  const thanks = await shopper.get(`/success${answer.location?.search}`);
  expect(thanks.text).toMatch(/Thank you[\s\S]*MM-\w{4}-\w{4}/);
  expect(await stateOf(orderId)).toBe('paid');
  expect(await paymentsFor(orderId)).toEqual([
    expect.objectContaining({ amount: total, amount_refunded: 0 }),
  ]);
}

/** Nothing is charged and the page waits for another card, which then pays. */
async function expectAnotherTry(page: PaymentPage, orderId: string): Promise<void> {
  expect((await page.open()).status).toBe(200);
  expect(await stateOf(orderId)).toBe('awaiting-payment');
  expect(await paymentsFor(orderId)).toEqual([]);
  await expectPaid(await page.payWith({ number: '4242424242424242' }), orderId);
}

describe('a card that pays at once', () => {
  it.each([
    ['Visa', '4242424242424242'],
    ['Visa debit', '4000056655665556'],
    ['Mastercard', '5555555555554444'],
    ['Mastercard 2-series', '2223003122003222'],
    ['Mastercard debit', '5200828282828210'],
    ['Mastercard prepaid', '5105105105105100'],
    ['American Express', '378282246310005'],
    ['American Express', '371449635398431'],
    ['Discover', '6011111111111117'],
    ['Discover', '6011000990139424'],
    ['Discover debit', '6011981111111113'],
    ['Diners Club', '3056930009020004'],
    ['Diners Club, 14 digits', '36227206271667'],
    ['JCB', '3566002020360505'],
    ['UnionPay', '6200000000000005'],
    ['UnionPay debit', '6200000000000047'],
    ['UnionPay, 19 digits', '6205500000000000004'],
    ['funds available at once', '4000000000000077'],
    ['3-D Secure optional', '4000000000003055'],
    ['3-D Secure optional, and broken', '4000000000003097'],
    ['highest risk, let through by the stand-in', '4000000000004954'],
    ['elevated risk', '4000000000009235'],
    ['CVC check fails', '4000000000000101'],
    ['postal code check fails', '4000000000000036'],
    ['address check fails', '4000000000000028'],
    ['both address checks fail', '4000000000000010'],
    ['address checks unavailable', '4000000000000044'],
    ['early fraud warning', '4000000000005423'],
  ])('%s %s: the order is paid', async (_what, number) => {
    const { page, orderId } = await openPaymentPage();
    await expectPaid(await page.payWith({ number }), orderId);
  });
});

describe('a card that asks for 3-D Secure', () => {
  const required = ['4000000000003220', '4000002500003155', '4000002760003184', '4000003800000446'];
  const unable = 'We are unable to authenticate your payment method.';

  async function asked(page: PaymentPage, number: string): Promise<URL> {
    const { status, location } = await page.payWith({ number });
    expect([status, location?.pathname]).toEqual([303, `${page.url.pathname}/authenticate`]);
    return location ?? page.url;
  }

  it.each(required)('%s: completed, the order is paid', async (number) => {
    const { page, orderId } = await openPaymentPage();
    const question = await asked(page, number);
    expect(await stateOf(orderId)).toBe('awaiting-payment');
    await expectPaid(await page.authenticate(question, 'complete'), orderId);
  });

  it.each(required)('%s: failed, the page says so and takes another card', async (number) => {
    const { page, orderId } = await openPaymentPage();
    const answer = await page.authenticate(await asked(page, number), 'fail');
    expect(answer.text).toContain(unable);
    await expectAnotherTry(page, orderId);
  });

  it.each([
    ['4000008260003178', 'Your card has insufficient funds.'],
    ['4000008400001629', 'Your card was declined.'],
  ])('%s: completed and declined all the same: %s', async (number, sentence) => {
    const { page, orderId } = await openPaymentPage();
    const answer = await page.authenticate(await asked(page, number), 'complete');
    expect([answer.status, answer.text]).toEqual([402, expect.stringContaining(sentence)]);
    await expectAnotherTry(page, orderId);
  });
});

describe('a card that is declined', () => {
  const declined = 'Your card was declined.';
  const processing = 'An error occurred while processing your card. Try again in a little bit.';
  it.each([
    ['4000000000000002', declined],
    ['4000000000009995', 'Your card has insufficient funds.'],
    ['4000000000009987', declined],
    ['4000000000009979', declined],
    ['4000000000000069', 'Your card has expired.'],
    ['4000000000000127', "Your card's security code is incorrect."],
    ['4000000000000119', processing],
    ['4000000000006975', 'repeated attempts too frequently or exceeding its amount limit.'],
    ['4000000000000341', declined],
    ['4100000000000019', declined],
    ['4000008400001280', processing],
    ['4111111111111111', 'This is not a test card: this page takes no real money'],
  ])('%s: "%s", and another card pays', async (number, sentence) => {
    const { page, orderId } = await openPaymentPage();
    const answer = await page.payWith({ number });
    expect([answer.status, answer.text]).toEqual([402, expect.stringContaining(sentence)]);
    await expectAnotherTry(page, orderId);
  });

  const pastYear = String(new Date().getFullYear() - 1).slice(2);
  it.each<[string, CardFields]>([
    ['Your card number is invalid.', { number: '4242424242424241' }],
    ["Your card's expiration month is invalid", { number: '4242424242424242', expiry: '13 / 34' }],
    ["Your card's expiration", { number: '4242424242424242', expiry: `12 / ${pastYear}` }],
    ["Your card's security code is incomplete", { number: '4242424242424242', cvc: '12' }],
    ["Your card's security code is incomplete", { number: '378282246310005', cvc: '123' }],
    ['Enter the card number.', { number: '' }],
  ])('or mistyped: "%s", and typed rightly it pays', async (sentence, card) => {
    const { page, orderId } = await openPaymentPage();
    const answer = await page.payWith(card);
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(sentence)]);
    await expectAnotherTry(page, orderId);
  });
});

describe('a card whose payment is not the end', () => {
  async function paidWith(number: string): Promise<string> {
    const { page, orderId } = await openPaymentPage();
    await expectPaid(await page.payWith({ number }), orderId);
    return orderId;
  }
  async function shown(orderId: string): Promise<string> {
    const page = await shopper.get(`/orders/${orderId}`);
    return /<span class="state state-[a-z-]+">([^<]+)<\/span>/.exec(page.text)?.[1] ?? '';
  }
  async function refund(orderId: string): Promise<string> {
    return orderReply.parse(await operator.ask('refund', { orderId })).order.state;
  }

  it('4000000000007726: the refund is on its way first, and done when Stripe says so', async () => {
    const before = await stock();
    const orderId = await paidWith('4000000000007726');
    expect(await stock()).toBe(before - 1);
    expect(await refund(orderId)).toBe('refunding');
    expect(await shown(orderId)).toBe('Refund on its way');
    await expect.poll(() => shown(orderId), settles).toBe('Refunded');
    const { order } = orderReply.parse(await operator.ask('get-order', { orderId }));
    const when = (state: string) => Date.parse(order.history.find((step) => step.state === state)?.at ?? '');
    expect(when('refunded') - when('refunding')).toBeGreaterThan(pendingForMs);
    await expect.poll(stock, settles).toBe(before);
    expect(await paymentsFor(orderId)).toMatchObject([
      { amount_refunded: total, refunds: [{ status: 'succeeded' }] },
    ]);
  });

  it('4000000000005126: the refund fails later, the order says so, and it is asked for again; the stock comes back once', async () => {
    const before = await stock();
    const orderId = await paidWith('4000000000005126');
    await refund(orderId);
    await expect.poll(() => shown(orderId), settles).toBe('Refund delayed, we are looking into it');
    expect(await paymentsFor(orderId)).toMatchObject([
      { amount_refunded: 0, refunds: [{ status: 'failed' }] },
    ]);
    expect((await shopper.get(`/orders/${orderId}`)).text).toMatch(
      /Refund on its way[\s\S]*Refunded[\s\S]*delayed/,
    );
    expect(await stock()).toBe(before);

    expect(await refund(orderId)).toBe('refunding');
    await expect.poll(async () => (await paymentsFor(orderId))[0]?.refunds.length, settles).toBe(2);
    await expect.poll(() => stateOf(orderId), settles).toBe('refund-failed');
    expect(await stock()).toBe(before);
  });

  it.each([
    ['4000000000000259', 'fraudulent'],
    ['4000000000002685', 'product_not_received'],
  ])(
    '%s: paid, then disputed as %s: a person is told, and no refund goes out beside the dispute',
    async (number, reason) => {
      const orderId = await paidWith(number);
      const [payment] = await paymentsFor(orderId);
      expect(payment?.disputed).toBe(true);
      const log = () => readFileSync(join(shop.logDirectory, 'payment-service.log'), 'utf8').split('\n');
      const told = () =>
        log().filter(
          (line) => line.includes('a payment is disputed') && line.includes(payment?.charge ?? 'no charge'),
        );
      await expect.poll(() => told().length, settles).toBeGreaterThan(0);
      expect(told()[0]).toContain(`"reason":"${reason}"`);
      expect(await shown(orderId)).toBe('Paid');

      await refund(orderId);
      await expect.poll(() => shown(orderId), settles).toBe('Refund delayed, we are looking into it');
      expect(await paymentsFor(orderId)).toMatchObject([{ amount_refunded: 0, refunds: [] }]);
    },
  );

  it('4000000000001976: paid, then the bank inquires; a refund answers it', async () => {
    const orderId = await paidWith('4000000000001976');
    await refund(orderId);
    await expect.poll(() => shown(orderId), settles).toBe('Refunded');
    expect(await paymentsFor(orderId)).toMatchObject([{ amount_refunded: total }]);
  });
});

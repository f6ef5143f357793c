import { expectBooksToAgree, ledger } from '@micromall/test-kit/ledger/expect';
import { BorrowedShop } from '@micromall/test-kit/shop/borrow';
import { type Sale, settlesWithin } from '@micromall/test-kit/shop/test-shop';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

let own: BorrowedShop;
beforeAll(async () => {
  own = await BorrowedShop.borrow();
});
afterAll(() => own?.giveBack());
afterEach(() => own.behave());

const completed = 'checkout.session.completed';

function handled(type = completed): Promise<number> {
  return own.count('payment-service', 'payment_webhooks_total', { type, outcome: 'handled' });
}
function foundBy(source: string): Promise<number> {
  return own.count('payment-service', 'payment_checkouts_total', { outcome: 'paid', source });
}
function ordersPaid(): Promise<number> {
  return own.count('order-service', 'order_transitions_total', { from: 'awaiting-payment', to: 'paid' });
}

/** One order that was paid once, one payment, one of the product sold; and the rest of the shop's books agree. */
async function expectSoldOnce({ userId, orderId, productId }: Sale): Promise<void> {
  await expect.poll(() => own.statesOf(userId), settlesWithin).toEqual(['paid']);
  await own.quiet();
  const [order] = await own.ordersOf(userId);
  expect(order?.history.map(({ state }) => state)).toEqual(['awaiting-payment', 'paid']);
  expect(await own.stockOf(productId)).toBe((own.made.get(productId) ?? 0) - 1);
  const payments = await ledger(own);
  expect(payments.filter(({ metadata }) => metadata.orderId === orderId)).toEqual([
    expect.objectContaining({ amount: 2_350, amount_refunded: 0 }),
  ]);
  await expectBooksToAgree(own);
}

describe('the webhook of a payment', () => {
  it('delivered five times at once and five times later sells once, and empties the cart once', async () => {
    const before = { handled: await handled(), paid: await ordersPaid() };
    const sale = await own.atPaymentPage(await own.newProduct('Five times told'));
    await own.webhooks({ duplicate: 4 });
    const back = await own.pay(sale);
    await expect.poll(handled, settlesWithin).toBe(before.handled + 5);
    expect((await sale.shopper.get(back)).text).toContain('Thank you!');
    await expect.poll(() => own.cartCount(sale.userId), settlesWithin).toBe(0);
    await own.quiet();

    // What is put into the cart now was not paid for: no late repetition may take it out again.
    await sale.shopper.addToCart(sale.productId);
    for (let time = 0; time < 5; time += 1) {
      const answer = await own.deliver(completed, sale);
      expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
    }
    await expectSoldOnce(sale);
    expect(await ordersPaid()).toBe(before.paid + 1);
    expect(await own.cartCount(sale.userId)).toBe(1);
  });

  it('that comes twice at the very moment in which the shopper comes back sells once', async () => {
    const before = { handled: await handled(), paid: await ordersPaid() };
    const sale = await own.atPaymentPage(await own.newProduct('Twice at once'));
    await own.webhooks({ paused: true });
    const back = await own.pay(sale);
    const [thanks] = await Promise.all([
      sale.shopper.get(back),
      own.deliver(completed, sale),
      own.webhooks({ duplicate: 1 }),
      sale.shopper.get(back),
    ]);
    expect(thanks.text).toContain('Thank you!');
    await expect.poll(handled, settlesWithin).toBe(before.handled + 3);
    await expectSoldOnce(sale);
    expect(await ordersPaid()).toBe(before.paid + 1);
    expect(await own.cartCount(sale.userId)).toBe(0);
  });

  it('that comes before the success page has made the order when the shopper comes back', async () => {
    const before = await foundBy('webhook');
    const sale = await own.atPaymentPage(await own.newProduct('Told early'));
    const back = await own.pay(sale);
    await expect.poll(() => own.statesOf(sale.userId), settlesWithin).toEqual(['paid']);
    expect(await foundBy('webhook')).toBe(before + 1);
    // Nobody needs to come back for the cart to be empty either.
    await expect.poll(() => own.cartCount(sale.userId), settlesWithin).toBe(0);
    expect((await sale.shopper.get(back)).text).toContain('Thank you!');
    await expectSoldOnce(sale);
  });

  it('that comes long after the success page changes nothing any more', async () => {
    const before = { handled: await handled(), call: await foundBy('call') };
    const sale = await own.atPaymentPage(await own.newProduct('Told late'));
    await own.webhooks({ paused: true });
    const thanks = await sale.shopper.get(await own.pay(sale));
    expect(thanks.text).toMatch(/Thank you![\s\S]*MM-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    expect(await foundBy('call')).toBe(before.call + 1);
    expect(await own.cartCount(sale.userId)).toBe(0);
    await sale.shopper.addToCart(sale.productId);

    await own.webhooks({});
    await expect.poll(handled, settlesWithin).toBe(before.handled + 1);
    await expectSoldOnce(sale);
    expect(await own.cartCount(sale.userId)).toBe(1);
  });

  it('that comes out of order, among those of others and with stale news, sells once each', async () => {
    const before = await handled();
    const productId = await own.newProduct('Told in any order');
    const sales = [];
    for (let index = 0; index < 3; index += 1) sales.push(await own.atPaymentPage(productId));
    await own.webhooks({ reorder: true, duplicate: 1, seed: 7 });
    // Said before it is true, and of a session that is still open: nobody believes it.
    for (const sale of sales) expect((await own.deliver(completed, sale)).status).toBe(200);
    for (const { userId } of sales) expect(await own.statesOf(userId)).toEqual(['awaiting-payment']);
    await Promise.all(sales.map((sale) => own.pay(sale)));
    await expect.poll(handled, settlesWithin).toBe(before + 9);
    // "Expired" that comes after "completed": Stripe says how it stands.
    for (const sale of sales) {
      expect((await own.deliver('checkout.session.expired', sale)).status).toBe(200);
    }
    for (const { userId } of sales) {
      await expect.poll(() => own.statesOf(userId), settlesWithin).toEqual(['paid']);
      await expect.poll(() => own.cartCount(userId), settlesWithin).toBe(0);
    }
    await own.quiet();
    expect(await own.stockOf(productId)).toBe(7);
    await expectBooksToAgree(own);
  });

  it('that never comes is not needed: the success page makes the order', async () => {
    const sale = await own.atPaymentPage(await own.newProduct('Never told'));
    await own.webhooks({ paused: true });
    const back = await own.pay(sale);
    expect((await sale.shopper.get(back)).text).toContain('Thank you!');
    await expectSoldOnce(sale);
    expect(await own.cartCount(sale.userId)).toBe(0);
  });

  it('that never comes to a shopper who never comes back: the sweeper makes the order', async () => {
    const before = await foundBy('sweeper');
    const sale = await own.atPaymentPage(await own.newProduct('Never told, never back'));
    await own.webhooks({ paused: true });
    await own.pay(sale);
    await expect.poll(() => own.statesOf(sale.userId), settlesWithin).toEqual(['paid']);
    expect(await foundBy('sweeper')).toBe(before + 1);
    await expectSoldOnce(sale);
    await expect.poll(() => own.cartCount(sale.userId), settlesWithin).toBe(0);
    expect((await sale.shopper.get('/orders')).text).toContain('>Paid<');
  });
});

describe('what comes to the webhook address and is not from Stripe', () => {
  const tenMinutesAgo = () => Math.floor(Date.now() / 1_000) - 600;
  const forged: [string, (sale: Sale) => Promise<Response>, number, RegExp][] = [
    [
      'is not signed',
      () => own.post('{"type":"checkout.session.completed"}'),
      400,
      /Stripe-Signature is missing/,
    ],
    [
      'is signed with another secret',
      (sale) => own.deliver(completed, sale, { secret: 'whsec_guessed' }),
      400,
      /does not fit this body/,
    ],
    [
      'was signed ten minutes ago',
      (sale) => own.deliver(completed, sale, { at: tenMinutesAgo() }),
      400,
      /older than five minutes/,
    ],
    [
      'carries nonsense for a signature',
      () => own.post('{}', { 'stripe-signature': 'yes please' }),
      400,
      /does not fit this body/,
    ],
    ['is far too large', () => own.post('x'.repeat(2_000_000)), 413, /larger than 1mb/],
    [
      'comes to another address',
      () => fetch(new URL('/other', own.address.urls.webhook), { method: 'POST' }),
      404,
      /only POST \/webhook/,
    ],
  ];

  it('is refused with a sentence, and changes nothing', async () => {
    const sale = await own.atPaymentPage(await own.newProduct('Not for nothing'));
    const before = { handled: await handled(), stock: await own.stockOf(sale.productId) };
    for (const [what, send, status, sentence] of forged) {
      const answer = await send(sale);
      expect(answer.status, what).toBe(status);
      expect(((await answer.json()) as { error: string }).error, what).toMatch(sentence);
    }
    // Well signed, but not true: Stripe is asked, and says that nobody has paid.
    expect((await own.deliver(completed, sale)).status).toBe(200);
    expect(await handled()).toBe(before.handled + 1);
    await own.quiet();
    expect(await own.statesOf(sale.userId)).toEqual(['awaiting-payment']);
    expect(await own.stockOf(sale.productId)).toBe(before.stock);
    expect(await own.cartCount(sale.userId)).toBe(1);
    await expectBooksToAgree(own);
  });
});

import { expectBooksToAgree, ledger } from '@micromall/test-kit/ledger/expect';
import { BorrowedShop } from '@micromall/test-kit/shop/borrow';
import { type Sale, settlesWithin } from '@micromall/test-kit/shop/test-shop';
import { cards, wayBackFrom } from '@micromall/test-kit/shopper';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

let own: BorrowedShop;
beforeAll(async () => {
  own = await BorrowedShop.borrow();
});
afterAll(() => own?.giveBack());
afterEach(() => own.behave());

async function pageAtStripe({ checkoutUrl }: Sale): Promise<string> {
  return (await fetch(checkoutUrl)).text();
}

/** The order is cancelled and unpaid, its stock is for sale, its cart is there, and nobody can pay it any more. */
async function expectGivenUp(sale: Sale, reason: string): Promise<void> {
  const { userId, shopper, productId, sessionId, orderId } = sale;
  await expect.poll(() => own.statesOf(userId), settlesWithin).toEqual(['cancelled']);
  expect((await own.ordersOf(userId))[0]?.cancelReason).toBe(reason);
  await expect.poll(() => own.stockOf(productId), settlesWithin).toBe(own.made.get(productId));
  expect(await own.cartCount(userId)).toBe(1);
  expect(await pageAtStripe(sale)).toContain('This checkout session has expired');
  const attempt = await shopper.pay(sessionId, cards.pays);
  expect(attempt.outcome).toBe('not_open');
  expect((await shopper.get(`/orders/${orderId}`)).text).toMatch(/Cancelled[\s\S]*Nothing was charged/);
  expect((await ledger(own)).filter(({ metadata }) => metadata.orderId === orderId)).toEqual([]);
  await expectBooksToAgree(own);
}

/** The cart that is still there can be bought after all. */
async function buyAgain({ shopper, userId, productId }: Sale): Promise<void> {
  const { sessionId } = await shopper.toPaymentPage();
  expect((await shopper.payAndReturn(sessionId)).page.text).toContain('Thank you!');
  expect(await own.statesOf(userId)).toEqual(['paid', 'cancelled']);
  await expect.poll(() => own.stockOf(productId), settlesWithin).toBe((own.made.get(productId) ?? 0) - 1);
  expect(await own.cartCount(userId)).toBe(0);
  await expectBooksToAgree(own);
}

describe('a payment page that nobody paid on', () => {
  it('runs out: the stock is free, the order cancelled, the cart still there and for sale', async () => {
    const sale = await own.atPaymentPage(await own.newProduct('Left lying', 1));
    expect(await own.stockOf(sale.productId)).toBe(0);
    expect(await own.expire(sale.sessionId)).toBe(200);
    await expectGivenUp(sale, 'payment-expired');
    await buyAgain(sale);
  });

  it('runs out and no webhook tells: the sweeper finds it', async () => {
    const sale = await own.atPaymentPage(await own.newProduct('Left lying in silence', 1));
    await own.webhooks({ paused: true });
    expect(await own.expire(sale.sessionId)).toBe(200);
    await expectGivenUp(sale, 'payment-expired');
  });

  it('runs out, and the shopper comes back to the success page: it says that the order was cancelled', async () => {
    const sale = await own.atPaymentPage(await own.newProduct('Left too late', 1));
    await own.webhooks({ paused: true });
    expect(await own.expire(sale.sessionId)).toBe(200);
    const page = await sale.shopper.get(`/success?order=${sale.orderId}`);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('This order was cancelled')]);
    await expectGivenUp(sale, 'payment-expired');
  });

  it('is left with "Back": it is closed at once, so that nobody pays there by mistake', async () => {
    const sale = await own.atPaymentPage(await own.newProduct('Thought better of', 1));
    const page = await sale.shopper.goBack(sale.checkoutUrl);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Nothing was charged')]);
    await expectGivenUp(sale, 'shopper-went-back');
    await buyAgain(sale);
  });

  it("is left with the browser's own back button: the last one is still offered to its shopper", async () => {
    const productId = await own.newProduct('The very last one', 1);
    const sale = await own.atPaymentPage(productId);
    for (let time = 0; time < 3; time += 1) {
      const confirm = await sale.shopper.get('/checkout');
      expect([confirm.status, confirm.url.pathname]).toEqual([200, '/checkout']);
      expect(confirm.text).toContain('The very last one');
      const placed = await sale.shopper.payNow(confirm);
      expect(placed.placed).toBe(true);
    }
    const states = await own.statesOf(sale.userId);
    // Looking at the confirm page ends nothing: each "Pay now" leads on with the one open order.
    expect(states).toEqual(['awaiting-payment']);
    await expectBooksToAgree(own);
  });
});

describe('a payment page that ends at the very moment in which it is paid', () => {
  /** So many shoppers of one product, all at their payment pages. */
  async function atPaymentPages(name: string, shoppers: number): Promise<Sale[]> {
    const productId = await own.newProduct(name, shoppers);
    const sales = [];
    for (let index = 0; index < shoppers; index += 1) sales.push(await own.atPaymentPage(productId));
    expect(await own.stockOf(productId)).toBe(0);
    return sales;
  }

  /** Each order is paid, or else cancelled with no payment kept; everything else follows from the books. */
  async function expectEachEnded(sales: readonly Sale[]): Promise<void> {
    for (const { userId } of sales) {
      await expect
        .poll(async () => (await own.statesOf(userId)).join(), settlesWithin)
        .toMatch(/^(paid|cancelled|refunded)$/);
    }
    await own.quiet();
    await expectBooksToAgree(own);
    for (const { userId } of sales) {
      const [state] = await own.statesOf(userId);
      await expect.poll(() => own.cartCount(userId), settlesWithin).toBe(state === 'paid' ? 0 : 1);
    }
  }

  it('by its time: a paid order, or a cancelled one and no payment', async () => {
    const sales = await atPaymentPages('Paid at the last second', 12);
    await own.webhooks({ reorder: true, duplicate: 1, seed: 3 });
    const outcomes = await Promise.all(
      sales.map(async ({ shopper, sessionId }, index) => {
        const expiring = index % 2 === 0 ? own.expire(sessionId) : undefined;
        const paying = shopper.pay(sessionId, cards.pays);
        const [expired, { outcome }] = await Promise.all([expiring ?? own.expire(sessionId), paying]);
        return `${outcome} ${expired}`;
      }),
    );
    // At Stripe it is one or the other.
    for (const outcome of outcomes) expect(outcome).toMatch(/^(paid 409|not_open 200)$/);
    await expectEachEnded(sales);
  });

  it('by "Back" in another tab, while the success page opens in this one', async () => {
    const sales = await atPaymentPages('Paid and left', 12);
    await own.webhooks({ duplicate: 1, delayMs: 20 });
    await Promise.all(
      sales.map(async ({ shopper, orderId, sessionId, checkoutUrl }, index) => {
        const { pathname, search } = await wayBackFrom(checkoutUrl);
        const goBack = () => shopper.get(pathname + search);
        const going = index % 3 === 0 ? undefined : goBack();
        const { outcome } = await shopper.pay(sessionId, cards.pays);
        const [left, back] = await Promise.all([going ?? goBack(), shopper.get(`/success?order=${orderId}`)]);
        // Whoever has paid is never told that nothing was charged, and nobody sees a broken page.
        expect([left.status, back.status]).toEqual([200, 200]);
        if (outcome === 'paid') expect(left.text).not.toContain('Nothing was charged');
        else expect(back.text).not.toContain('Thank you!');
      }),
    );
    await expectEachEnded(sales);
  });
});

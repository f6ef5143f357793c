import { expectBooksToAgree, ledger } from '@micromall/test-kit/ledger/expect';
import { settlesWithin } from '@micromall/test-kit/shop/test-shop';
import type { Page, Placed } from '@micromall/test-kit/shopper';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OwnShop } from './own-shop.js';

let own: OwnShop;
beforeAll(async () => {
  own = await OwnShop.open({ FIRST_CHECK_MS: '5000' });
});
afterAll(() => own?.close());
afterEach(() => own.behave());

/** Calls to other services give up well before. */
const answeredWithinMs = 15_000;
const orderNumber = /MM-[0-9A-Z]{4}-[0-9A-Z]{4}/;

/** What a shopper sees while parts of the shop are dead: in bounded time, and never a page that is just broken. */
async function within<Result>(work: Promise<Result>, milliseconds = answeredWithinMs): Promise<Result> {
  const started = Date.now();
  const result = await work;
  expect(Date.now() - started).toBeLessThan(milliseconds);
  return result;
}

/** Does something while a service is down, and starts it again whatever happens. */
async function without(service: string, work: () => Promise<void>): Promise<void> {
  const process = own.shop.process(service);
  await process.stop();
  try {
    await work();
  } finally {
    await process.start();
  }
}

describe.each([
  'order-service',
  'payment-service',
  'product-service',
  'cart-service',
  'auth-service',
  'frontend-service',
])('%s is killed while a shopper stands at the payment page', (service) => {
  it('and the payment is an order all the same', async () => {
    const sale = await own.atPaymentPage(await own.newProduct(`Bought without ${service}`, 2));
    const process = own.shop.process(service);
    const killed = process.pid();
    process.kill('SIGKILL');
    const back = await own.pay(sale);

    // At once, while it is still dead: thanks, or word that the payment is safe.
    const first = await within(sale.shopper.get(back).catch(() => undefined));
    if (service !== 'frontend-service') {
      expect(first?.text).toMatch(/Thank you!|Your payment is being confirmed/);
    }

    await own.comesBack(service, killed);
    await expect
      .poll(async () => (await sale.shopper.get(back)).text, settlesWithin)
      .toMatch(/Thank you![\s\S]*MM-/);
    const orders = await sale.shopper.get('/orders');
    expect(orders.text).toMatch(orderNumber);
    expect(orders.text).toContain('>Paid<');
    expect(await own.statesOf(sale.userId)).toEqual(['paid']);
    await expect.poll(() => own.stockOf(sale.productId), settlesWithin).toBe(1);
    await expect.poll(() => own.cartCount(sale.userId), settlesWithin).toBe(0);
    await expectBooksToAgree(own);
  });
});

describe('a dead auth-service', () => {
  it('keeps nobody from buying who is logged in; logging in says that it is unavailable', async () => {
    const sale = await own.atConfirmPage(await own.newProduct('Seen without accounts'));
    await without('auth-service', async () => {
      const catalogue = await within(sale.shopper.get('/?search=Seen+without+accounts'));
      expect(catalogue.status).toBe(200);
      const placed = await within(sale.shopper.payNow(sale.confirm));
      expect(placed.placed).toBe(true);
      const guest = own.guest();
      const refused = await within(guest.logIn('ada@example.com', 'correct horse'));
      expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('Logging in is resting')]);
    });
    await expectBooksToAgree(own);
  });
});

/** "Pay now" that was told off: in plain words, with nothing charged, and with the same attempt to send again. */
async function expectToldPlainly(placed: Placed): Promise<Page> {
  if (placed.placed) throw new Error('the payment page was opened');
  expect(placed.page.status).toBe(503);
  expect(placed.page.text).toContain('We could not reach the payment page. Nothing was charged.');
  return placed.page;
}

/** How many payment pages are open at the stand-in. */
async function openSessions(): Promise<number> {
  const reply = z.object({ sessions: z.object({ open: z.int() }) });
  return reply.parse((await own.control('GET', '/ledger')).body).sessions.open;
}

describe('"Pay now" when the payment page can not be opened', () => {
  const faults: [string, object][] = [
    ['Stripe answers 500', { fault: 'error' }],
    ['Stripe drops the connection', { fault: 'drop' }],
  ];

  it.each(faults)(
    '%s: told in plain words, nothing charged, and again it is one order',
    async (name, fault) => {
      const { shopper, userId, confirm } = await own.atConfirmPage(await own.newProduct(name, 1));
      await own.apiFault({ ...fault, count: 1_000, method: 'POST', path: '/v1/checkout/sessions' });
      const page = await expectToldPlainly(await within(shopper.payNow(confirm), 25_000));
      expect(await own.cartCount(userId)).toBe(1);
      expect(await own.statesOf(userId)).toEqual(['awaiting-payment']);
      await own.behave();

      const [placed, twice] = await Promise.all([shopper.payNow(page), shopper.payNow(page)]);
      if (!placed.placed || !twice.placed) throw new Error('the same "Pay now" does not work again');
      expect(twice.sessionId).toBe(placed.sessionId);
      const back = await own.pay({ shopper, sessionId: placed.sessionId });
      expect((await shopper.get(back)).text).toContain('Thank you!');
      expect(await own.statesOf(userId)).toEqual(['paid']);
      await expectBooksToAgree(own);
    },
  );

  it('Stripe makes the page and its answer is lost: it is asked for again, and it is the same page', async () => {
    const { shopper, userId, confirm } = await own.atConfirmPage(await own.newProduct('Answer lost', 1));
    const before = await openSessions();
    await own.apiFault({ fault: 'drop', when: 'after', method: 'POST', path: '/v1/checkout/sessions' });
    const placed = await within(shopper.payNow(confirm), 25_000);
    expect(placed.placed).toBe(true);
    expect(await openSessions()).toBe(before + 1);
    expect(await own.statesOf(userId)).toEqual(['awaiting-payment']);
    await expectBooksToAgree(own);
  });

  it('payment-service is dead: the same, and it works when it is back', async () => {
    const { shopper, userId, confirm } = await own.atConfirmPage(await own.newProduct('No way to pay', 1));
    let page = confirm;
    await without('payment-service', async () => {
      page = await expectToldPlainly(await within(shopper.payNow(confirm), 25_000));
    });
    const placed = await shopper.payNow(page);
    expect(placed.placed).toBe(true);
    expect(await own.statesOf(userId)).toEqual(['awaiting-payment']);
    await expectBooksToAgree(own);
  });
});

describe('a service that dies in the middle of a call', () => {
  it('order-service, while it waits for Stripe: the shopper is told, and there is one order', async () => {
    const { shopper, userId, confirm } = await own.atConfirmPage(await own.newProduct('Cut short', 1));
    await own.apiFault({ fault: 'delay', delayMs: 3_000, method: 'POST', path: '/v1/checkout/sessions' });
    const paying = within(shopper.payNow(confirm), 25_000);
    // The fault is used up: the call to Stripe is under way.
    await expect.poll(async () => (await own.control('GET', '/api-faults')).body, settlesWithin).toEqual([]);
    const process = own.shop.process('order-service');
    const killed = process.pid();
    process.kill('SIGKILL');
    const first = await paying;
    await own.comesBack('order-service', killed);
    // Either the next process has taken the request up, or it was told; then the same attempt goes on.
    const placed = first.placed ? first : await shopper.payNow(await expectToldPlainly(first));
    if (!placed.placed) throw new Error(`"Pay now" answered ${placed.page.status}`);
    expect(await own.statesOf(userId)).toEqual(['awaiting-payment']);
    const back = await own.pay({ shopper, sessionId: placed.sessionId });
    await expect.poll(async () => (await shopper.get(back)).text, settlesWithin).toContain('Thank you!');
    expect(await own.statesOf(userId)).toEqual(['paid']);
    expect((await ledger(own)).filter(({ metadata }) => metadata.userId === userId)).toHaveLength(1);
    await expectBooksToAgree(own);
  });

  it('cart-service, frozen with a request in its hands: the shopper is told, and it is not done later', async () => {
    const productId = await own.newProduct('Held in frozen hands');
    const { shopper, userId } = await own.newShopper();
    const page = await shopper.get(`/products/${productId}`);
    const process = own.shop.process('cart-service');
    const killed = process.pid();
    process.kill('SIGSTOP');
    const added = await within(shopper.addToCart(productId, page));
    expect(added.text).toContain('Your cart is resting and does not answer.');
    process.kill('SIGKILL');
    await own.comesBack('cart-service', killed);
    await shopper.addToCart(productId);
    expect(await own.cartCount(userId)).toBe(1);
  });
});

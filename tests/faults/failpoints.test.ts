import { readFileSync } from 'node:fs';
import { until } from '@micromall/launcher';
import { expectBooksToAgree, ledger } from '@micromall/test-kit/ledger/expect';
import { type Sale, settlesWithin } from '@micromall/test-kit/shop/test-shop';
import { type Page, type Placed, type WebShopper, wayBackFrom } from '@micromall/test-kit/shopper';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OwnShop } from './own-shop.js';

/** Which processes die in a row of the table, and where: the places are listed in each service's failpoints.ts. */
type Deaths = Readonly<Record<string, string>>;

/** A busy machine takes its time to start processes. */
vi.setConfig({ testTimeout: 180_000 });

let own: OwnShop;
beforeAll(async () => {
  own = await OwnShop.open();
});
afterAll(() => own?.close());

/** Runs work in which each of these processes dies at its failpoint, and resolves when all of them are back. */
async function dyingAt(deaths: Deaths, work: () => Promise<void>): Promise<void> {
  const armed = await Promise.all(Object.entries(deaths).map(([service, place]) => arm(service, place)));
  await work();
  for (const { service, place, logFile, pid, before } of armed) {
    const died = await until(() => deathsAt(place, logFile) > before, settlesWithin.timeout);
    expect(died, `${service} died at ${place}`).toBe(true);
    await own.comesBack(service, pid);
  }
}

/** Starts a process that dies at a place. What the row before left to do may kill it while it starts. */
async function arm(service: string, place: string) {
  const process = own.shop.process(service);
  const { logFile } = process;
  const starts = () =>
    process.restart({ FAILPOINT: place }).then(
      () => true,
      () => false,
    );
  expect(await until(starts, settlesWithin.timeout), `${service} starts`).toBe(true);
  return { service, place, logFile, pid: process.pid(), before: deathsAt(place, logFile) };
}

/** How many processes of this log have died at a failpoint. */
function deathsAt(place: string, logFile: string): number {
  return readFileSync(logFile, 'utf8').split(`"failpoint":"${place}"`).length - 1;
}

/** Waits for the end of an order, and compares it with the money, the stock and the cart. */
async function expectEnded(
  sale: Sale,
  { history, inCart }: { history: readonly string[]; inCart: number },
): Promise<void> {
  const states = async () => (await own.ordersOf(sale.userId)).map((order) => order.history);
  await expect
    .poll(async () => (await states()).map((steps) => steps.map(({ state }) => state)), settlesWithin)
    .toEqual([history]);
  await expect.poll(() => own.cartCount(sale.userId), settlesWithin).toBe(inCart);
  await expectBooksToAgree(own);
}

function canPayOn(page: Page): boolean {
  return page.text.includes('action="/checkout"');
}

/** A new shopper on the confirm page, also while parts of the shop are still coming back from the row before. */
async function atConfirmPage(
  productId: string,
): Promise<{ shopper: WebShopper; userId: string; confirm: Page }> {
  const { shopper, userId } = await own.newShopper();
  let confirm = await shopper.get('/checkout');
  await until(async () => {
    if ((await own.cartCount(userId)) === 0) await shopper.addToCart(productId);
    confirm = await shopper.get('/checkout');
    return canPayOn(confirm);
  }, settlesWithin.timeout);
  return { shopper, userId, confirm };
}

/** "Pay now", and again as long as the page says that a part of the shop is unavailable: it sends the same attempt. */
async function untilPlaced(shopper: WebShopper, confirm: Page): Promise<Extract<Placed, { placed: true }>> {
  let page = confirm;
  let placed: Placed | undefined;
  await until(async () => {
    placed = await shopper.payNow(page);
    if (!placed.placed && canPayOn(placed.page)) page = placed.page;
    return placed.placed;
  }, settlesWithin.timeout);
  if (!placed?.placed) throw new Error(`"Pay now" answered ${placed?.page.status}: ${placed?.page.text}`);
  return placed;
}

/** A new shopper at the payment page of the one product that there is so much of. */
async function newSale(name: string, quantity = 2): Promise<Sale> {
  // A product's name has at most 120 characters.
  const productId = await own.newProduct(name.slice(0, 120), quantity);
  const { shopper, userId, confirm } = await atConfirmPage(productId);
  const placed = await untilPlaced(shopper, confirm);
  const [order] = await own.ordersOf(userId);
  return { shopper, userId, productId, orderId: order?.orderId ?? '', ...placed };
}

async function refundsOf({ orderId }: Sale): Promise<number> {
  const payments = (await ledger(own)).filter(({ metadata }) => metadata.orderId === orderId);
  expect(payments).toHaveLength(1);
  return payments[0]?.refunds.length ?? 0;
}

async function paidSale(name: string): Promise<Sale> {
  const sale = await newSale(name);
  await sale.shopper.get(await own.pay(sale));
  await expectEnded(sale, { history: ['awaiting-payment', 'paid'], inCart: 0 });
  return sale;
}

function named(deaths: readonly Deaths[]): [string, Deaths][] {
  return deaths.map((each) => [
    Object.entries(each)
      .map(([service, place]) => `${service} at ${place}`)
      .join(' and '),
    each,
  ]);
}

it.each(
  named([
    { 'order-service': 'order-created', 'payment-service': 'checkout-begun' },
    { 'order-service': 'stock-reserved', 'payment-service': 'session-created' },
    { 'order-service': 'session-opened', 'payment-service': 'session-stored' },
    { 'order-service': 'checkout-stored', 'product-service': 'stock-held' },
  ]),
)('"Pay now" outlives %s: one order, one payment page', async (name, deaths) => {
  const productId = await own.newProduct(`Placed: ${name}`, 2);
  const { shopper, userId, confirm } = await atConfirmPage(productId);
  let placed: Extract<Placed, { placed: true }> | undefined;
  await dyingAt(deaths, async () => {
    placed = await untilPlaced(shopper, confirm);
  });
  // The same attempt leads to the same page again.
  const again = await untilPlaced(shopper, confirm);
  expect(again.sessionId).toBe(placed?.sessionId);
  const [order] = await own.ordersOf(userId);
  const sale = { shopper, userId, productId, orderId: order?.orderId ?? '', ...again };
  await shopper.get(await own.pay(sale));
  await expectEnded(sale, { history: ['awaiting-payment', 'paid'], inCart: 0 });
  expect(await refundsOf(sale)).toBe(0);
});

it.each(
  named([
    { 'payment-service': 'webhook-received', 'order-service': 'became-paid' },
    { 'payment-service': 'payment-emitted', 'order-service': 'emitted-order.paid' },
    { 'payment-service': 'payment-stored', 'product-service': 'stock-sold', 'cart-service': 'cart-settled' },
  ]),
)('a payment outlives %s: one order, sold once, and the cart is empty', async (name, deaths) => {
  const sale = await newSale(`Paid: ${name}`);
  await dyingAt(deaths, async () => void (await own.pay(sale)));
  await expectEnded(sale, { history: ['awaiting-payment', 'paid'], inCart: 0 });
  expect(await refundsOf(sale)).toBe(0);
});

it.each(
  named([
    { 'order-service': 'became-refunding', 'payment-service': 'refund-begun' },
    { 'order-service': 'emitted-order.refund-requested', 'payment-service': 'refund-made' },
    { 'order-service': 'became-refunded', 'payment-service': 'refund-stored' },
    {
      'order-service': 'emitted-order.refunded',
      'payment-service': 'refund-emitted',
      'product-service': 'stock-returned',
    },
  ]),
)('a refund outlives %s: the money goes back once, and so does the stock', async (name, deaths) => {
  const sale = await paidSale(`Refunded: ${name}`);
  await dyingAt(deaths, async () => {
    await own.operator.publish('refund', JSON.stringify({ orderId: sale.orderId }));
  });
  await expectEnded(sale, { history: ['awaiting-payment', 'paid', 'refunding', 'refunded'], inCart: 0 });
  expect(await refundsOf(sale)).toBe(1);
});

it.each(named([{ 'order-service': 'became-accepted' }, { 'order-service': 'emitted-order.accepted' }]))(
  'an order that is being accepted outlives %s',
  async (name, deaths) => {
    const sale = await paidSale(`Accepted: ${name}`);
    await dyingAt(deaths, async () => {
      await own.operator.publish('accept-order', JSON.stringify({ orderId: sale.orderId }));
    });
    await expectEnded(sale, { history: ['awaiting-payment', 'paid', 'accepted'], inCart: 0 });
  },
);

it.each(
  named([
    { 'order-service': 'became-cancelled', 'payment-service': 'session-expired' },
    {
      'order-service': 'emitted-order.cancelled',
      'payment-service': 'expiry-emitted',
      'product-service': 'stock-released',
    },
  ]),
)(
  'a payment page that is given up outlives %s: the stock is free, the cart is there',
  async (name, deaths) => {
    const sale = await newSale(`Given up: ${name}`);
    const { pathname, search } = await wayBackFrom(sale.checkoutUrl);
    await dyingAt(deaths, async () => {
      await sale.shopper.get(pathname + search);
      await until(async () => (await own.statesOf(sale.userId))[0] === 'cancelled', settlesWithin.timeout);
    });
    await expectEnded(sale, { history: ['awaiting-payment', 'cancelled'], inCart: 1 });
  },
);

it.each(named([{ 'product-service': 'shortage-stored' }, { 'product-service': 'shortage-published' }]))(
  'a paid order whose stock is gone outlives %s: its money goes back once, and the shopper is told',
  async (name, deaths) => {
    const sale = await newSale(`Short: ${name}`, 1);
    const { userId, productId, orderId, shopper } = sale;
    // Its stock is free by mistake, and written off.
    const cancelled = { orderId, number: 'MM-0000-0000', userId, occurredAt: new Date().toISOString() };
    await own.operator.publish(
      'product-service.events',
      JSON.stringify({ ...cancelled, lines: [{ productId, quantity: 1 }], reason: 'payment-expired' }),
      { headers: { 'x-origin-key': 'order.cancelled' } },
    );
    await expect.poll(() => own.stockOf(productId), settlesWithin).toBe(1);
    await own.operator.ask('change-product', { productId, qty: -1 });
    own.made.set(productId, 0);
    await dyingAt(deaths, async () => void (await own.pay(sale)));
    await expectEnded(sale, { history: ['awaiting-payment', 'paid', 'refunding', 'refunded'], inCart: 0 });
    expect(await refundsOf(sale)).toBe(1);
    expect((await shopper.get(`/orders/${orderId}`)).text).toMatch(/Refunded/);
  },
);

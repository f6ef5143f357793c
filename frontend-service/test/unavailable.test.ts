import {
  cancelCheckout,
  catalog,
  changeCart,
  confirmPayment,
  getOrder,
  getOrders,
  login,
  quoteOrder,
  type RpcContract,
  reviewCart,
} from '@micromall/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pageTimeoutMs } from '../src/clients/page-timeouts.js';
import { startSite, type TestSite } from './site.js';
import type { Answer } from './visitor.js';

let site: TestSite;
let letGo: (() => void)[] = [];

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());
afterEach(() => {
  for (const answer of letGo) answer();
  letGo = [];
  site.peers.restore();
});

/** The queue takes requests and says nothing until the test is over. */
function silence(contract: RpcContract): void {
  const silent = new Promise<void>((resolve) => letGo.push(resolve));
  site.peers.override(contract, async () => {
    await silent;
    throw new Error('the test is over');
  });
}

async function timed(work: Promise<Answer>): Promise<Answer & { milliseconds: number }> {
  const started = performance.now();
  const answer = await work;
  return { ...answer, milliseconds: performance.now() - started };
}

const orderId = 'd'.repeat(24);
/** Time for the page itself, on a machine that is busy with other tests. */
const ownMs = 2_500;

describe('services that take a request and say nothing', () => {
  it('take down only their own pages, each in bounded time, in its own words and with a number to tell', async () => {
    const cases = [
      [catalog, '/?search=never-seen', 503, 'The catalogue is resting'],
      [catalog, `/products/${'e'.repeat(24)}`, 503, 'This product is resting'],
      [reviewCart, '/cart', 503, 'Your cart is resting'],
      [quoteOrder, '/checkout', 503, 'Checking out is resting'],
      [getOrders, '/orders', 503, 'Your orders are resting'],
      [getOrder, `/orders/${orderId}`, 503, 'Your orders are resting'],
      [confirmPayment, `/success?order=${orderId}`, 503, 'Your payment is being confirmed'],
      [cancelCheckout, `/cancel?order=${orderId}`, 503, 'You went back from the payment page'],
    ] as const;
    const shoppers = await Promise.all(cases.map(() => site.shopperWithCart()));
    for (const [contract] of cases) silence(contract);
    const pages = await Promise.all(
      cases.map(([, path], index) => timed((shoppers[index]?.visitor ?? site.visitor()).get(path))),
    );
    for (const [index, [contract, path, status, words]] of cases.entries()) {
      const page = pages[index];
      expect([path, page?.status, page?.text]).toEqual([path, status, expect.stringContaining(words)]);
      expect(page?.text).toContain(`<code>${page?.headers.get('x-request-id')}</code>`);
      expect(page?.milliseconds, path).toBeLessThan(pageTimeoutMs(contract) + ownMs);
      // Who is logged in, and what the cart icon says, are still there.
      expect(page?.text).toContain('data-cart-count>2<');
      expect(page?.text).toContain('Log out');
    }
  });

  it('are not waited for again and again: after a few silences the page comes at once', async () => {
    const { visitor } = await site.loggedIn();
    silence(getOrders);
    await Promise.all(Array.from({ length: 4 }, () => visitor.get('/orders')));
    // One of the next pages at most is the one that tries again.
    const [one, other] = await Promise.all([timed(visitor.get('/orders')), timed(visitor.get('/orders'))]);
    expect([one.status, other.status]).toEqual([503, 503]);
    expect(Math.min(one.milliseconds, other.milliseconds)).toBeLessThan(1_000);
  });

  it('no page waits longer than ten seconds for a call that only shows something', () => {
    for (const contract of [
      catalog,
      reviewCart,
      quoteOrder,
      getOrders,
      getOrder,
      confirmPayment,
      cancelCheckout,
    ]) {
      expect(pageTimeoutMs(contract)).toBeLessThan(10_000);
      expect(pageTimeoutMs(contract)).toBeLessThanOrEqual(contract.timeoutMs);
    }
    // What was asked for with a button is waited for as long as its contract says.
    for (const contract of [login, changeCart]) expect(pageTimeoutMs(contract)).toBe(contract.timeoutMs);
  });
});

describe('a product, while product-service does not answer', () => {
  it('that was seen in the catalogue has its page all the same, marked; putting it into the cart fails aloud', async () => {
    const mug = site.shop.addProduct({ description: 'Holds 350 ml.' });
    const visitor = site.visitor();
    await visitor.get('/?search=Stoneware');
    site.peers.fault(catalog);
    site.peers.fault(changeCart);

    const page = await visitor.get(`/products/${mug.productId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Holds 350 ml.');
    expect(page.text).toContain('prices and stock are some minutes old');
    const refused = await visitor.submit('/cart/add');
    expect(refused.status).toBe(303);
    const after = await visitor.follow();
    expect(after.text).toContain('Your cart is resting and does not answer.');
    expect(after.text).toContain(`<code>${refused.headers.get('x-request-id')}</code>`);

    site.peers.restore();
    expect((await visitor.get(`/products/${mug.productId}`)).text).not.toContain('some minutes old');
  });

  it('that is gone is forgotten: it does not come back when product-service goes', async () => {
    const mug = site.shop.addProduct();
    const visitor = site.visitor();
    await visitor.get(`/products/${mug.productId}`);
    site.shop.products.splice(site.shop.products.indexOf(mug), 1);
    expect((await visitor.get(`/products/${mug.productId}`)).status).toBe(404);
    site.peers.fault(catalog);
    expect((await visitor.get(`/products/${mug.productId}`)).status).toBe(503);
  });
});

/** What a counter with one label says, by the label's values. */
async function counted(name: string): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${site.operationsUrl}/metrics`)).text();
  const lines = metrics.matchAll(new RegExp(`^${name}\\{[a-z]+="([^"]+)",.*\\} (\\d+)$`, 'gm'));
  return Object.fromEntries([...lines].map(([, value = '', count]) => [value, Number(count)]));
}

describe('a part of a page that is unavailable', () => {
  it('is counted once for each call without an answer, from 0 on', async () => {
    const { visitor } = await site.shopperWithCart();
    const before = await counted('site_parts_unavailable_total');
    expect(before).toMatchObject({ session: 0, 'get-image': 0, 'place-order': 0 });
    site.peers.fault(getOrders);
    site.peers.fault(confirmPayment);
    // One shows a page of its own, the other a page without that part.
    await visitor.get('/orders');
    await visitor.get(`/success?order=${orderId}`);
    const after = await counted('site_parts_unavailable_total');
    for (const queue of ['get-orders', 'confirm-payment']) {
      expect([queue, after[queue]]).toEqual([queue, (before[queue] ?? Number.NaN) + 1]);
    }
  });

  it('is no event of a visitor: those are counted where only the site sees them, from 0 on', async () => {
    const before = await counted('site_events_total');
    expect(Object.keys(before).sort()).toEqual(['attempts-limited', 'form-forged', 'logged-out']);
    await site.visitor().post('/login', {});
    expect((await counted('site_events_total'))['form-forged']).toBe(
      (before['form-forged'] ?? Number.NaN) + 1,
    );
  });
});

describe('the way from looking to having bought', () => {
  it('is counted step by step, the payment once however often its page is looked at', async () => {
    const before = await counted('checkout_funnel_total');
    expect(Object.keys(before)).toHaveLength(8);
    const { visitor, mug } = await site.shopperWithCart();
    await visitor.get('/');
    await visitor.get(`/products/${mug.productId}`);
    await visitor.submit('/cart/add', { quantity: '9000' });
    await visitor.get(`/products/${mug.productId}`);
    await visitor.submit('/cart/add');
    await visitor.get('/checkout');
    await visitor.submit('/checkout');
    const [order] = site.shop.orders;
    await visitor.get(site.shop.returnAddress(order?.orderId ?? ''));
    await visitor.get('/checkout');
    await visitor.submit('/checkout');
    const [paid] = site.shop.orders;
    if (paid) paid.state = 'paid';
    await visitor.get(`/success?order=${paid?.orderId}`);
    await visitor.get(`/success?order=${paid?.orderId}`);

    const after = await counted('checkout_funnel_total');
    const grown = Object.fromEntries(
      Object.entries(after).map(([step, n]) => [step, n - (before[step] ?? 0)]),
    );
    expect(grown).toEqual({
      'catalogue-viewed': 1,
      'product-viewed': 2,
      'added-to-cart': 1,
      'stock-out-told': 1,
      'confirm-viewed': 2,
      'pay-pressed': 2,
      cancelled: 1,
      'returned-paid': 1,
    });
  });
});

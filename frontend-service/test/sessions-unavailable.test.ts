import { catalog } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { DatabaseProxy } from './database-proxy.js';
import { startSite, type TestSite } from './site.js';
import type { Answer, Visitor } from './visitor.js';

let proxy: DatabaseProxy;
let site: TestSite;

beforeAll(async () => {
  proxy = await DatabaseProxy.open(inject('mongoUrl'));
  site = await startSite(({ mongoUrl }) => ({
    MONGO_URL: `${proxy.url}${new URL(mongoUrl).pathname}?directConnection=true`,
  }));
});
afterAll(async () => {
  proxy?.restore();
  await site?.stop();
  proxy?.close();
});
beforeEach(() => site.peers.restore());

const orderId = 'd'.repeat(24);
const accountNote = 'Your cart and your account are resting';

async function timed(work: Promise<Answer>): Promise<Answer & { milliseconds: number }> {
  const started = performance.now();
  const answer = await work;
  return { ...answer, milliseconds: performance.now() - started };
}

/** The database is back once a page that needs it shows; nothing was restarted. */
async function comesBack(visitor: Visitor): Promise<void> {
  proxy.restore();
  await expect.poll(async () => (await visitor.get('/orders')).status, { timeout: 15_000 }).toBe(200);
}

describe.each(['cut', 'freeze'] as const)('while the database of the sessions is unavailable (%s)', (how) => {
  it('the catalogue shows, everything else says at once that it rests; and all comes back by itself', async () => {
    const { visitor, mug } = await site.shopperWithCart();
    const opened = await visitor.get(`/products/${mug.productId}`);
    const cookies = new Map(visitor.cookies);
    proxy[how]();
    try {
      // The first who asks waits a moment, nobody after.
      const first = await timed(visitor.get('/cart'));
      expect([first.status, first.text]).toEqual([503, expect.stringContaining('Your cart is resting')]);
      expect(first.milliseconds).toBeLessThan(5_000);

      // What was read within the last second is still good enough for pages that change nothing.
      await expect.poll(async () => (await visitor.get('/')).text, { timeout: 5_000 }).toContain(accountNote);
      const shown = [
        ['/', 200, 'Stoneware mug'],
        [`/products/${mug.productId}`, 200, 'Add to cart'],
        ['/cart', 503, 'Your cart is resting'],
        ['/login', 503, 'Logging in is resting'],
        ['/register', 503, 'Creating accounts is resting'],
        ['/checkout', 503, 'Checking out is resting'],
        [`/success?order=${orderId}`, 503, 'Your payment is being confirmed'],
        [`/cancel?order=${orderId}`, 503, 'You went back from the payment page'],
        ['/orders', 503, 'Your orders are resting'],
        [`/orders/${orderId}`, 503, 'Your orders are resting'],
        ['/createproduct', 503, 'Adding products is resting'],
      ] as const;
      for (const [path, status, words] of shown) {
        const page = await timed(visitor.get(path));
        expect([path, page.status, page.text]).toEqual([path, status, expect.stringContaining(words)]);
        // One request a second asks the database for all others.
        expect([path, page.milliseconds < 3_000]).toEqual([path, true]);
        // Nothing is claimed about who asks, such as an empty cart.
        expect(page.text).not.toMatch(/data-cart-count|>Log in</);
        if (status === 200) expect(page.text).toContain(accountNote);
        else {
          expect(page.text).toContain(`<code>${page.headers.get('x-request-id')}</code>`);
          expect(page.headers.get('retry-after')).toBe('10');
          expect(page.text).toContain('>Try again</a>');
        }
      }

      const pressed = await visitor.post(
        '/cart/add',
        { productId: mug.productId },
        { accept: 'application/json' },
      );
      expect(pressed.status).toBe(503);
      expect(JSON.parse(pressed.text)).toEqual({
        ok: false,
        message: expect.stringContaining('nothing in it is lost'),
        traceId: pressed.headers.get('x-request-id'),
      });
      expect((await visitor.post('/logout', {})).text).toContain('You are still logged in');
    } finally {
      await comesBack(visitor);
    }
    // The shopper is still logged in, and the form of a page that was open all the while still works.
    expect(visitor.cookies).toEqual(cookies);
    const token = /name="_csrf" value="([^"]+)"/.exec(opened.text)?.[1] ?? '';
    const added = await visitor.post('/cart/add', { _csrf: token, productId: mug.productId });
    expect(added.status).toBe(303);
    expect((await visitor.get('/')).text).not.toContain(accountNote);
  });
});

describe('a guest without a cookie, while the database of the sessions is unavailable', () => {
  it('sees the catalogue, and is not told that something is in a cart that nobody stores', async () => {
    const { visitor: shopper } = await site.shopperWithCart();
    const mug = site.shop.addProduct();
    const guest = site.visitor();
    proxy.cut();
    try {
      await shopper.get('/cart');
      const page = await guest.get(`/products/${mug.productId}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain(accountNote);
      const answer = await guest.submit('/cart/add', {}, { accept: 'application/json' });
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([503, { ok: false }]);
    } finally {
      await comesBack(shopper);
    }
    expect(
      [...site.shop.carts.values()].some(({ items }) =>
        items.some((item) => item.productId === mug.productId),
      ),
    ).toBe(false);
    await guest.get(`/products/${mug.productId}`);
    expect((await guest.submit('/cart/add')).status).toBe(303);
    expect((await guest.follow()).text).toContain('data-cart-count>1<');
  });
});

describe('a session that could not be read', () => {
  it('is still there after the page that had to do without it', async () => {
    const { visitor } = await site.shopperWithCart();
    const { visitor: other } = await site.shopperWithCart();
    let answer: () => void = () => undefined;
    const thinking = new Promise<void>((resolve) => {
      answer = resolve;
    });
    site.peers.override(catalog, async () => {
      await thinking;
      return { ok: true, products: [], total: 0, categories: [] };
    });
    proxy.cut();
    const page = visitor.get('/?search=while-away');
    try {
      await expect.poll(() => site.peers.requestsTo(catalog), { timeout: 10_000 }).toHaveLength(1);
    } finally {
      await comesBack(other);
      answer();
    }
    expect((await page).status).toBe(200);
    expect((await visitor.get('/orders')).status).toBe(200);
  });
});

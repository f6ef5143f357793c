import { changeCart, reviewCart } from '@micromall/contracts';
import { describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import type { Visitor } from '../visitor.js';

const json = { accept: 'application/json' };

function guestCarts(): string[] {
  return [...site.shop.carts.keys()].filter((id) => id.startsWith('guest-'));
}

async function openProduct(productId: string): Promise<Visitor> {
  const visitor = site.visitor();
  await visitor.get(`/products/${productId}`);
  return visitor;
}

describe('a guest', () => {
  it('gets a cart with the first item, counted on the cart icon of every page', async () => {
    site.shop.carts.clear();
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    const answer = await visitor.submit('/cart/add', { quantity: '2' });

    expect(answer.status).toBe(303);
    expect(answer.location).toBe(`/products/${mug.productId}`);
    const page = await visitor.follow();
    expect(page.text).toContain('Stoneware mug is in your cart.');
    expect(page.text).toContain('data-cart-count>2<');
    expect((await visitor.get('/')).text).not.toContain('is in your cart');
    expect(guestCarts()).toHaveLength(1);
    expect(guestCarts()[0]).toMatch(/^guest-[0-9a-f-]{36}$/);
  });

  it('has a session cookie that scripts and other sites can not use', async () => {
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    const answer = await visitor.submit('/cart/add');
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('micromall.sid='));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).not.toMatch(/Secure/);
  });

  it('may add without leaving the page when JavaScript is there', async () => {
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    const answer = await visitor.submit('/cart/add', {}, json);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({
      ok: true,
      message: 'Stoneware mug is in your cart.',
      count: 1,
    });
  });

  it('is told how many are left when asking for more', async () => {
    const mug = site.shop.addProduct({ available: 3 });
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add', { quantity: '2' });
    await visitor.follow();
    await visitor.submit('/cart/add', { quantity: '2' });
    const page = await visitor.follow();

    expect(page.text).toContain('Only 3 of Stoneware mug are left; you have 2 in your cart.');
    expect(page.text).toMatch(/notice-alert" role="alert"/);
    expect(page.text).toContain('data-cart-count>2<');

    const answer = await visitor.submit('/cart/add', { quantity: '2' }, json);
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, count: 2 });
  });

  it('is told that a product is sold out', async () => {
    const mug = site.shop.addProduct({ available: 1 });
    const visitor = await openProduct(mug.productId);
    mug.available = 0;
    await visitor.submit('/cart/add');
    expect((await visitor.follow()).text).toContain('Stoneware mug is sold out.');
  });

  it.each(['0', '-1', '1.5', '1e3', '10000', '99999999999999999999', 'NaN', '', ' ', '0x10', '[$gt]'])(
    'can not ask for the quantity "%s"',
    async (quantity) => {
      const mug = site.shop.addProduct();
      const visitor = await openProduct(mug.productId);
      const answer = await visitor.submit('/cart/add', { quantity });
      expect(answer.status).toBe(422);
      expect(answer.text).toMatch(/The quantity must be .*(1 to 9999|at least 1|at most 9999)/);
      expect(site.peers.requestsTo(changeCart)).toEqual([]);
    },
  );

  it('can not set a price or a stock: what the form does not have is ignored', async () => {
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add', { price: '1', available: '1000', userId: 'f'.repeat(24) });
    expect(site.peers.requestsTo(changeCart)).toEqual([
      { id: expect.stringMatching(/^guest-/), itemid: mug.productId, qty: 1 },
    ]);
  });

  it.each(['', '{"$gt":""}', '<script>', 'f'.repeat(25)])(
    'can not add the product "%s"',
    async (productId) => {
      const mug = site.shop.addProduct();
      const visitor = await openProduct(mug.productId);
      const answer = await visitor.submit('/cart/add', { productId });
      expect(answer.status).toBe(422);
      expect(site.peers.requestsTo(changeCart)).toEqual([]);
    },
  );

  it('is told that a product is gone', async () => {
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    const answer = await visitor.submit('/cart/add', { productId: 'f'.repeat(24) }, json);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text).message).toContain('does not have this product any more');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/.//evil.example', 'javascript:1'])(
    'is never led away to %s',
    async (next) => {
      const mug = site.shop.addProduct();
      const visitor = await openProduct(mug.productId);
      const answer = await visitor.submit('/cart/add', { next });
      expect(answer.location).toBe('/');
    },
  );
});

describe('the cart page', () => {
  it('is empty before anything is in it, without asking anybody', async () => {
    const page = await site.visitor().get('/cart');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Your cart is empty.');
    expect(site.peers.requests).toEqual([]);
  });

  it('has a button for one more, one less and none, beside names, amounts and the total', async () => {
    const mug = site.shop.addProduct({ name: 'Mug & saucer', price: 1850 });
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add', { quantity: '2' });
    const page = await visitor.get('/cart');
    expect(page.text).toContain('Mug &amp; saucer');
    expect(page.text).toContain('$18.50 each');
    expect(page.text).toContain('$37.00');

    await visitor.submit('/cart/change', { step: 'more' });
    expect((await visitor.follow()).text).toContain('$55.50');
    await visitor.submit('/cart/change', { step: 'less' });
    await visitor.follow();
    await visitor.submit('/cart/change', { step: 'remove' });
    expect((await visitor.follow()).text).toContain('Your cart is empty.');
    expect(site.peers.requestsTo(changeCart).map(({ qty }) => qty)).toEqual([2, 1, -1, -9999]);
  });

  it('refuses one more than there is, with an alert', async () => {
    const mug = site.shop.addProduct({ available: 1 });
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add');
    await visitor.get('/cart');
    await visitor.submit('/cart/change', { step: 'more' });
    expect((await visitor.follow()).text).toContain(
      'Only 1 of Stoneware mug is left; you have 1 in your cart.',
    );
  });

  it('says what had to change because the stock shrank', async () => {
    const mug = site.shop.addProduct({ available: 5 });
    const pen = site.shop.addProduct({ name: 'Pen', available: 5 });
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add', { quantity: '5' });
    await visitor.get(`/products/${pen.productId}`);
    await visitor.submit('/cart/add', { quantity: '1' });
    mug.available = 2;
    pen.available = 0;

    const page = await visitor.get('/cart');
    expect(page.text).toContain('The following items changed');
    expect(page.text).toContain('Stoneware mug: 5 → 2, because only 2 are left.');
    expect(page.text).toContain('Pen is sold out and was removed.');
    expect(page.text).toContain('data-cart-count>2<');
    expect((await visitor.get('/cart')).text).not.toContain('The following items changed');
  });

  it.each<Record<string, string>>([{ step: 'steal' }, { step: '' }, { step: 'more', productId: 'x' }])(
    'does not take %o from a form',
    async (fields) => {
      const mug = site.shop.addProduct();
      const visitor = await openProduct(mug.productId);
      await visitor.submit('/cart/add');
      await visitor.get('/cart');
      site.peers.restore();
      const answer = await visitor.submit('/cart/change', fields);
      expect(answer.status).toBe(422);
      expect(site.peers.requestsTo(changeCart)).toEqual([]);
    },
  );

  it('says that the cart is resting when cart-service breaks down; the catalogue works on', async () => {
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add');
    site.peers.fault(reviewCart);
    site.peers.fault(changeCart);

    const cart = await visitor.get('/cart');
    expect(cart.status).toBe(503);
    expect(cart.text).toContain('Your cart is resting');
    expect(cart.text).toContain(cart.headers.get('x-request-id'));

    const product = await visitor.get(`/products/${mug.productId}`);
    expect(product.status).toBe(200);
    expect(product.text).toContain('data-cart-count>1<');
    const answer = await visitor.submit('/cart/add', {}, json);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, count: 1 });
    expect(JSON.parse(answer.text).message).toContain('resting');
  });

  it('comes in time although cart-service is gone', async () => {
    const mug = site.shop.addProduct();
    const visitor = await openProduct(mug.productId);
    await visitor.submit('/cart/add');
    await site.peers.stop('cart-service');
    const started = performance.now();
    const page = await visitor.get('/cart');
    expect(page.text).toContain('Your cart is resting');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await visitor.get('/')).status).toBe(200);
    await site.peers.start('cart-service');
    expect((await visitor.get('/cart')).text).toContain('Stoneware mug');
  });
});

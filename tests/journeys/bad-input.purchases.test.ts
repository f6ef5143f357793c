import { sharedShop } from '@micromall/test-kit/shop/borrow';
import { describe, expect, it } from 'vitest';
import { asForm, expectRefusal, guard, postForm, send } from './bad-input.js';

const shop = await sharedShop();
const { site } = shop.urls;
const guarded = guard(shop, 'Watched lamp');

describe("somebody else's order", () => {
  it.each(['/orders/', '/success?order=', '/cancel?order='])('does not exist at %s', async (path) => {
    for (const orderId of [guarded.scenario.bob.paidOrder, guarded.scenario.bob.openOrder]) {
      expectRefusal(await guarded.scenario.asAda(`${path}${orderId}`), 404, /This page does not exist/);
      const guest = await send(site, `${path}${orderId}`);
      expect([guest.status, guest.headers.location]).toEqual([303, expect.stringMatching(/^\/login\?next=/)]);
    }
  });

  it.each([
    '/orders/1',
    '/orders/%7B%22$ne%22:null%7D',
    '/success',
    '/success?order=',
    '/success?order[$ne]=',
    '/success?order=%7B%22$gt%22:%22%22%7D',
    '/cancel?order=1',
    '/cancel?order[$gt]=',
    `/cancel?order=${'f'.repeat(24)}&order=${'e'.repeat(24)}`,
  ])('is not found with %s', async (path) => {
    expectRefusal(await guarded.scenario.asAda(path), 404, /This page does not exist/);
  });
});

describe('a number of items that is none', () => {
  const words = /The quantity must be [\s\S]*Nothing was put into your cart/;
  it.each([
    '-1',
    '0',
    '1.5',
    '1,5',
    '1e3',
    '0x10',
    '10000',
    '999999999999999999999',
    'NaN',
    'Infinity',
    'many',
    '',
    '٣',
  ])('%j is refused with a sentence', async (quantity) => {
    const hidden = await guarded.scenario.hidden(`/products/${guarded.scenario.productId}`, '/cart/add');
    expectRefusal(
      await postForm(site, guarded.scenario.ada.shopper, '/cart/add', { ...hidden, quantity }),
      422,
      words,
    );
  });

  it.each(['17', '9999'])('%s, more than there are, is refused with how many are left', async (quantity) => {
    const hidden = await guarded.scenario.hidden(`/products/${guarded.scenario.productId}`, '/cart/add');
    const page = await guarded.scenario.ada.shopper.post('/cart/add', { ...hidden, quantity });
    expect(page.text).toMatch(/role="alert">Only 18 of Watched lamp are left; you have 2 in your cart\./);
    const answer = await send(site, '/cart/add', {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': asForm,
        cookie: guarded.scenario.ada.shopper.cookieHeader,
      },
      body: new URLSearchParams({ ...hidden, quantity }).toString(),
    });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      409,
      expect.objectContaining({
        ok: false,
        message: expect.stringContaining('Only 18 of Watched lamp are left'),
      }),
    ]);
  });

  it.each(['', 'all', '-5', '$inc', '{"$gt":0}'])('%j is no step of a cart line', async (step) => {
    const hidden = await guarded.scenario.hidden('/cart', '/cart/change');
    const answer = await postForm(site, guarded.scenario.ada.shopper, '/cart/change', { ...hidden, step });
    expectRefusal(answer, 422, /Your cart is as it was/);
  });
});

describe('a price or a stock that the browser sends', () => {
  it('is ignored when something goes into the cart', async () => {
    const hidden = await guarded.scenario.hidden(`/products/${guarded.scenario.productId}`, '/cart/add');
    const lies = {
      price: '1',
      amount: '1',
      available: '9999',
      stock: '9999',
      currency: 'XXX',
      id: 'other',
      name: 'Gift',
    };
    const { ada } = guarded.scenario;
    const added = await ada.shopper.post('/cart/add', { ...hidden, ...lies, quantity: '1' });
    expect(added.status).toBe(200);
    expect((await ada.shopper.get('/cart')).text).toMatch(
      /Watched lamp[\s\S]*\$30\.00 each · 18 left[\s\S]*\$90\.00/,
    );
    const less = await guarded.scenario.hidden('/cart', '/cart/change');
    await ada.shopper.post('/cart/change', { ...less, step: 'less' });
    // One more and one less: only the cart's version tells of it.
    const after = await guarded.scenario.state();
    const withoutVersion = (value: unknown) => JSON.stringify(value).replace(/"version":\d+/, '');
    expect(withoutVersion(after)).toBe(withoutVersion(guarded.before));
    guarded.before = after;
  });

  it.each([
    ['a lower total', { confirmedTotal: '1' }],
    ['a total of nothing', { confirmedTotal: '0' }],
    ['a cart of another time', { cartVersion: '0' }],
  ])('%s is told, not ordered', async (_what, lie) => {
    const hidden = await guarded.scenario.hidden('/checkout', '/checkout');
    const answer = await postForm(site, guarded.scenario.ada.shopper, '/checkout', { ...hidden, ...lie });
    expectRefusal(answer, 409, /Nothing was charged\.[\s\S]*Your cart or a price has changed[\s\S]*\$65\.00/);
  });

  it.each([
    ['checkoutId', ''],
    ['checkoutId', '1'],
    ['confirmedTotal', '-6500'],
    ['confirmedTotal', '65.00'],
    ['confirmedTotal', '1e9'],
    ['confirmedTotal', '99999999999999999999'],
    ['confirmedTotal', 'NaN'],
    ['cartVersion', '-1'],
    ['cartVersion', 'latest'],
  ])('%s=%j is no form of the confirm page', async (field, value) => {
    const hidden = await guarded.scenario.hidden('/checkout', '/checkout');
    const answer = await postForm(site, guarded.scenario.ada.shopper, '/checkout', {
      ...hidden,
      [field]: value,
    });
    expectRefusal(answer, 422, /Nothing was ordered; please open your cart and check out again/);
  });
});

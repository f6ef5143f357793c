import { randomUUID } from 'node:crypto';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import { shopperPassword, WebShopper } from '@micromall/test-kit/shopper';
import { describe, expect, it } from 'vitest';
import {
  asForm,
  expectNoInternals,
  expectRefusal,
  guard,
  type Message,
  postForm,
  send,
  tokenOf,
} from './bad-input.js';

const shop = await sharedShop();
const { site, stripe } = shop.urls;
const guarded = guard(shop, 'Guarded lamp');

describe('an address that leads nowhere', () => {
  const page = /This page does not exist[\s\S]*<code>[0-9a-f]{32}<\/code>/;
  const picture = /^There is no such picture\.$/;
  const unreadable = /That could not be understood/;
  it.each<[string, number, RegExp]>([
    ['/no-such-page', 404, page],
    ['/createproduct/', 303, /login/],
    ['/products/nonsense', 404, page],
    ['/products/ffffffffffffffffffffffff', 404, page],
    ['/products/%3Cscript%3Ealert(1)%3C/script%3E', 404, page],
    ['/products/%00', 404, page],
    ['/products/%E0%A4%A', 400, unreadable],
    ['/%E0%A4%A', 404, page],
    ['/images/nonsense.webp', 404, picture],
    [`/images/${'0'.repeat(64)}-400.webp`, 404, picture],
    [`/images/${'0'.repeat(64)}-401.webp`, 404, picture],
    [`/images/${'z'.repeat(64)}-400.webp`, 404, picture],
    ['/images/..%2f..%2f..%2fpackage.json', 404, picture],
    ['/images/../../package.json', 404, page],
    ['/images/%E0%A4%A', 400, unreadable],
    ['/assets/nonsense.js', 404, page],
    ['/assets/', 404, page],
    ['/assets/../package.json', 404, page],
    ['/assets/..%2f..%2f..%2f..%2fetc%2fpasswd', 404, page],
    ['/assets/%2e%2e/%2e%2e/package.json', 404, page],
    ['/assets/..%5c..%5cpackage.json', 404, page],
    ['/assets/.env', 404, page],
    ['/assets/site.css%00.js', 404, page],
    ['/assets/%E0%A4%A', 404, page],
  ])('%s answers %i', async (path, status, sentence) => {
    const answer = await send(site, path);
    if (status === 303) {
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toMatch(sentence);
    } else expectRefusal(answer, status, sentence);
  });

  it('names its trace on the page and in the header alike', async () => {
    const { headers, text } = await send(site, '/no-such-page');
    expect(text).toContain(`<code>${headers['x-request-id']}</code>`);
  });

  it('answers a script in JSON', async () => {
    const answer = await send(site, '/no-such-page', { headers: { accept: 'application/json' } });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toEqual({
      ok: false,
      message: 'The address may be mistyped, or what was here is gone.',
      traceId: answer.headers['x-request-id'],
    });
  });
});

describe('a body that is no form of this shop', () => {
  const tooMuch = /That was too much[\s\S]*nothing was changed/;
  const noForm = /That is not a form of this shop[\s\S]*Nothing was changed/;
  const form = { 'content-type': asForm };
  const fields = 'productId=1';
  it.each<[string, number, RegExp, Message]>([
    ['40 kB of form', 413, tooMuch, { headers: form, body: `productId=${'1'.repeat(40_000)}` }],
    ['200 fields', 413, tooMuch, { headers: form, body: 'a=1&'.repeat(200) }],
    ['JSON', 415, noForm, { headers: { 'content-type': 'application/json' }, body: '{"productId":1}' }],
    ['plain text', 415, noForm, { headers: { 'content-type': 'text/plain' }, body: fields }],
    [
      'an upload',
      415,
      noForm,
      { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x' },
    ],
    ['a body of no type', 415, noForm, { body: fields }],
    [
      'an unknown charset',
      415,
      noForm,
      { headers: { 'content-type': `${asForm}; charset=x` }, body: fields },
    ],
    ['an unknown compression', 415, noForm, { headers: { ...form, 'content-encoding': 'x' }, body: fields }],
    [
      'a broken compression',
      400,
      /That could not be understood[\s\S]*Nothing was changed/,
      { headers: { ...form, 'content-encoding': 'gzip' }, body: fields },
    ],
  ])('%s answers %i', async (_what, status, sentence, message) => {
    for (const path of ['/cart/add', '/login', '/checkout']) {
      expectRefusal(await guarded.scenario.asAda(path, { method: 'POST', ...message }), status, sentence);
    }
  });
});

describe('a form without the token of its page', () => {
  const forms = [
    '/login',
    '/register',
    '/cart/add',
    '/cart/change',
    '/checkout',
    '/logout',
    '/createproduct',
  ];
  const fields = () => ({
    name: 'Guarded lamp',
    email: 'forged@example.com',
    password: shopperPassword,
    productId: guarded.scenario.productId,
    step: 'remove',
    price: '1.00',
    quantity: '1',
  });

  it.each(forms)(
    "%s changes nothing, whether the token is missing, made up or somebody else's",
    async (path) => {
      const visitor = path === '/createproduct' ? guarded.scenario.admin : guarded.scenario.ada.shopper;
      const strange = tokenOf(await new WebShopper(site, stripe).get('/login'));
      expect(strange).not.toBe('');
      const tokens: Record<string, string>[] = [
        {},
        { _csrf: '' },
        { _csrf: `${'a'.repeat(128)}.b` },
        { _csrf: strange },
      ];
      for (const token of tokens) {
        expectRefusal(
          await postForm(site, visitor, path, { ...fields(), ...token }),
          403,
          /Please send that once more[\s\S]*did not come from a page of this shop, so nothing was changed/,
        );
      }
      expect((await visitor.get('/orders')).text).toContain('Log out');
    },
  );

  it('is not believed with the token in the address either', async () => {
    const token = tokenOf(await guarded.scenario.ada.shopper.get('/cart'));
    const path = `/cart/change?_csrf=${encodeURIComponent(token)}`;
    const answer = await postForm(site, guarded.scenario.ada.shopper, path, {
      productId: guarded.scenario.productId,
      step: 'more',
    });
    expectRefusal(answer, 403, /nothing was changed/);
  });
});

describe('cookies', () => {
  it.each([
    ['nonsense', 'micromall.sid=%%%; micromall.csrf=;;=;=x'],
    ['a forged session', 'micromall.sid=s%3Aadmin.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['an unsigned session', `micromall.sid=${randomUUID()}`],
    ['an operator', 'micromall.sid=j%3A%7B%22%24ne%22%3Anull%7D'],
    ['a prototype', '__proto__=x; constructor=y'],
    ['ten thousand letters', `micromall.sid=${'x'.repeat(10_000)}`],
  ])('%s makes a guest', async (_what, cookie) => {
    const catalogue = await send(site, '/', { headers: { cookie } });
    expect(catalogue.status).toBe(200);
    expect(catalogue.text).toContain('href="/login"');
    expectNoInternals(catalogue);
    const orders = await send(site, '/orders', { headers: { cookie } });
    expect([orders.status, orders.headers.location]).toEqual([303, '/login?next=%2Forders']);
  });
});

describe('a way back that leads to another site', () => {
  const elsewhere = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '\t//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'evil.example',
  ];
  it.each(elsewhere)(
    '%j leads to the catalogue after a log-in, after adding, and when logged in',
    async (next) => {
      const { ada } = guarded.scenario;
      const visitor = new WebShopper(site, stripe);
      const token = tokenOf(await visitor.get('/login'));
      const fields = { _csrf: token, email: ada.email, password: shopperPassword, next };
      const hidden = await guarded.scenario.hidden(`/products/${guarded.scenario.productId}`, '/cart/add');
      const answers = [
        await postForm(site, visitor, '/login', fields),
        // Refused, so that the cart stays as it is, and led back all the same.
        await postForm(site, ada.shopper, '/cart/add', { ...hidden, next, quantity: '9999' }),
        await guarded.scenario.asAda(`/login?next=${encodeURIComponent(next)}`),
      ];
      for (const { status, headers } of answers) expect([status, headers.location]).toEqual([303, '/']);
    },
  );
});

import { connect } from 'node:net';
import { changeCart, createAccount } from '@micromall/contracts';
import { describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import { startSite } from '../site.js';
import type { Visitor } from '../visitor.js';

function tokenOf(visitor: Visitor): string {
  return decodeURIComponent(visitor.cookies.get('micromall.csrf') ?? '');
}

describe('a cookie', () => {
  it.each(['micromall.sid', 'micromall.csrf'])(
    '%s that claims to be an object counts as not sent',
    async (name) => {
      const visitor = site.visitor();
      visitor.cookies.set(name, encodeURIComponent('j:{"$ne":null}'));
      expect((await visitor.get('/orders')).location).toBe('/login?next=%2Forders');
      visitor.cookies.set(name, encodeURIComponent('j:{"$ne":null}'));
      const answer = await visitor.post('/login', { email: 'ada@example.com', password: 'x', _csrf: 'a.b' });
      expect(answer.status).toBe(403);
    },
  );
});

describe('a form', () => {
  it.each([
    ['no token', {}],
    ['an empty one', { _csrf: '' }],
    ['a made-up one', { _csrf: 'a.b' }],
    ['the token of somebody else', { _csrf: 'stranger' }],
  ])('with %s is refused with a sentence and changes nothing', async (_what, fields) => {
    const mug = site.shop.addProduct();
    const stranger = site.visitor();
    await stranger.get('/login');
    const token = '_csrf' in fields && fields._csrf === 'stranger' ? { _csrf: tokenOf(stranger) } : fields;
    const visitor = site.visitor();
    await visitor.get('/login');
    const page = await visitor.post('/cart/add', { productId: mug.productId, ...token });
    expect(page.status).toBe(403);
    expect(page.text).toContain('nothing was changed');
    expect(site.peers.requestsTo(changeCart)).toEqual([]);
  });

  it('sent without any cookie, as another site would, changes nothing', async () => {
    const { visitor } = await site.loggedIn();
    await visitor.get('/orders');
    const token = tokenOf(visitor);
    visitor.cookies.delete('micromall.csrf');
    expect((await visitor.post('/logout', { _csrf: token })).status).toBe(403);
    expect((await visitor.get('/orders')).status).toBe(200);
  });

  it('of a script is refused in JSON', async () => {
    const answer = await site.visitor().post('/cart/add', {}, { accept: 'application/json' });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toEqual({
      ok: false,
      message: expect.stringContaining('reload the page'),
      traceId: answer.headers.get('x-request-id'),
    });
  });

  it('that is too large, or has too many fields, is refused', async () => {
    const visitor = site.visitor();
    await visitor.get('/register');
    const large = await visitor.submit('/register', { name: 'x'.repeat(40_000) });
    expect(large.status).toBe(413);
    expect(large.text).toContain('That was too much');
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field${n}`, 'x']));
    expect((await visitor.post('/register', many)).status).toBe(413);
    expect(site.peers.requestsTo(createAccount)).toEqual([]);
  });

  it.each([
    ['application/json', '{"email":{"$gt":""}}'],
    ['text/plain', 'email=a'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/xml', '<a/>'],
  ])('of the type %s is refused', async (type, body) => {
    const visitor = site.visitor();
    await visitor.get('/login');
    const page = await visitor.send('/login', { method: 'POST', body, headers: { 'content-type': type } });
    expect(page.status).toBe(415);
    expect(page.text).toContain('Nothing was changed.');
  });

  it('that can not be decoded is refused', async () => {
    const page = await site.visitor().send('/login', {
      method: 'POST',
      body: 'email=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=klingon' },
    });
    expect(page.status).toBe(415);
    const compressed = await site.visitor().send('/login', {
      method: 'POST',
      body: 'not gzip',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    });
    expect(compressed.status).toBe(400);
    expect(compressed.text).toContain('That could not be understood');
  });
});

async function metricsOf(operationsUrl: string): Promise<string> {
  return (await fetch(`${operationsUrl}/metrics`)).text();
}

async function productPages(): Promise<number> {
  const line = /http_requests_total\{method="GET",route="\/products\/:id",status="200",[^}]*\} (\d+)/;
  return Number(line.exec(await metricsOf(site.operationsUrl))?.[1] ?? 0);
}

describe('every answer', () => {
  it.each(['/nowhere', '/orders/../../etc/passwd', '/%00', '/cart/add', '/assets/secret.txt', '/.env'])(
    'to an unknown address (%s) is a page that says so and carries the trace id',
    async (path) => {
      const page = await site.visitor().get(path);
      expect(page.status).toBe(404);
      expect(page.text).toContain('This page does not exist');
      expect(page.text).toContain(page.headers.get('x-request-id'));
    },
  );

  it('to an address that can not be decoded is a friendly one', async () => {
    const page = await site.visitor().get('/products/%E0%A4%A');
    expect(page.status).toBe(400);
    expect(page.text).toContain('That could not be understood');
  });

  it('has a trace id of its own, whatever the visitor sends', async () => {
    const visitor = site.visitor();
    const first = await visitor.get('/', { 'x-request-id': 'mine' });
    const second = await visitor.get('/', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(second.headers.get('x-request-id')).not.toBe('a'.repeat(32));
  });

  it('carries its trace id, whatever it is: a page, a redirect, a file, a picture, a refusal', async () => {
    const visitor = site.visitor();
    const answers = [
      await visitor.get('/'),
      await visitor.get('/orders'),
      await visitor.get('/assets/site.css'),
      await visitor.get(`/images/${'0'.repeat(64)}-400.webp`),
      await visitor.get('/nowhere', { accept: 'application/json' }),
      await visitor.post('/login', { email: 'x'.repeat(40_000) }),
      await visitor.send('/', { method: 'DELETE' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 303, 200, 404, 404, 413, 403]);
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('to what is not HTTP at all is a short one, with a trace id too', async () => {
    const { hostname, port } = new URL(site.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write('HELO shop\r\n\r\n'));
      let text = '';
      socket.on('data', (bytes) => {
        text += String(bytes);
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const id = /X-Request-Id: ([0-9a-f]{32})\r\n/.exec(answer)?.[1];
    expect(answer).toContain(`tell us this number: ${id}`);
  });

  it('forbids scripts and styles inside the page, frames, and foreign forms', async () => {
    const page = await site.visitor().get('/');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('x-powered-by')).toBeNull();
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style|style="|onclick=/);
  });

  it('with files of the site may be cached for ever under an address that names their version', async () => {
    const page = await site.visitor().get('/');
    const address = /href="(\/assets\/site\.css\?v=[0-9a-f]+)"/.exec(page.text)?.[1] ?? '';
    const css = await site.visitor().get(address);
    expect(css.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const unversioned = await site.visitor().get('/assets/site.css');
    expect(unversioned.headers.get('cache-control')).toBe('public, max-age=60');
  });

  it.each(['?v=anything', '?v=', '?v=000000000000', '?v'])(
    'with files of the site is cached for a minute only under a version that it does not have (%s)',
    async (version) => {
      const css = await site.visitor().get(`/assets/site.css${version}`);
      expect(css.status).toBe(200);
      expect(css.headers.get('cache-control')).toBe('public, max-age=60');
    },
  );

  it('with files of the site is cached for a minute only when more than the version is asked for', async () => {
    const page = await site.visitor().get('/');
    const address = /href="(\/assets\/site\.css\?v=[0-9a-f]+)"/.exec(page.text)?.[1] ?? '';
    const css = await site.visitor().get(`${address}&more`);
    expect(css.headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('is counted by its route', async () => {
    const mug = site.shop.addProduct();
    const before = await productPages();
    await site.visitor().get(`/products/${mug.productId}`);
    expect(await productPages()).toBe(before + 1);
    expect(await metricsOf(site.operationsUrl)).not.toContain(mug.productId);
  });
});

describe('behind TLS, under a name of its own', () => {
  it('cookies are Secure, browsers are told to stay with TLS, and the name is on the page', async () => {
    const secure = await startSite(() => ({
      SITE_URL: 'https://shop.example.com',
      TRUSTED_PROXIES: '1',
      SHOP_NAME: 'Ada & Sons',
    }));
    try {
      const mug = secure.shop.addProduct();
      const visitor = secure.visitor();
      const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
      const page = await visitor.get(`/products/${mug.productId}`, proxied);
      const answer = await visitor.submit('/cart/add', {}, proxied);
      const cookies = [...page.headers.getSetCookie(), ...answer.headers.getSetCookie()];
      expect(cookies.some((line) => line.startsWith('micromall.sid='))).toBe(true);
      for (const cookie of cookies) expect(cookie).toContain('Secure');
      // The same site has a name of its own.
      expect(page.text).toContain('· Ada &amp; Sons</title>');
      expect(page.text).not.toContain('MicroMall');
      expect(page.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    } finally {
      await secure.stop();
    }
  });
});

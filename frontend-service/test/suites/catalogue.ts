import { createHash } from 'node:crypto';
import { catalog, getImage } from '@micromall/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';

let search = 0;

/** A word that nobody has searched for yet, so that no page of it is cached. */
function newSearch(): string {
  search += 1;
  return `word${search}`;
}

describe('the catalogue', () => {
  beforeEach(() => {
    site.shop.products.length = 0;
  });

  it('shows pictures, names, prices and what is left, without an account and without a session', async () => {
    const image = 'ab'.repeat(32);
    const word = newSearch();
    site.shop.addProduct({ name: `Mug ${word}`, price: 1850, available: 24, image });
    site.shop.addProduct({ name: `Lamp ${word}`, price: 500, available: 2 });
    site.shop.addProduct({ name: `Tent ${word}`, price: 32900, available: 0 });

    const visitor = site.visitor();
    const page = await visitor.get(`/?search=${word}`);

    expect(page.status).toBe(200);
    expect(page.text).toContain(`Mug ${word}`);
    expect(page.text).toContain('$18.50');
    expect(page.text).toContain('24 left');
    expect(page.text).toContain('Only 2 left');
    expect(page.text).toContain('Sold out');
    expect(page.text).toContain(`/images/${image}-400.webp 400w, /images/${image}-800.webp 800w`);
    expect(page.text.match(/>Add to cart</g)).toHaveLength(2);
    expect([...visitor.cookies.keys()]).toEqual(['micromall.csrf']);
  });

  it('asks for what the address says, and gives each page its number', async () => {
    for (let n = 0; n < 30; n += 1) site.shop.addProduct({ name: `Pen ${n}`, category: 'Desk & more' });
    const page = await site.visitor().get('/?search=Pen&category=Desk+%26+more&sort=price-up&page=2');

    expect(site.peers.requestsTo(catalog)).toEqual([
      { search: 'Pen', category: 'Desk & more', sort: 'price-up', page: 2, pageSize: 24 },
    ]);
    expect(page.text.match(/class="card"/g)).toHaveLength(6);
    expect(page.text).toMatch(/aria-current="page" aria-label="Page 2"/);
    expect(page.text).toContain('value="Pen"');
  });

  it.each([
    'page=-1',
    'page=1.5',
    'page=99999999999',
    'page=abc',
    'sort=stolen',
    'search[$ne]=x',
    'search=x&search=y',
    'sort=name&sort=newest',
  ])('reads ?%s as if it were not there', async (query) => {
    const category = newSearch();
    const page = await site.visitor().get(`/?${query}&category=${category}`);
    expect(page.status).toBe(200);
    expect(site.peers.requestsTo(catalog)).toEqual([{ category, sort: 'newest', page: 1, pageSize: 24 }]);
  });

  it('cuts a search that is too long instead of refusing it', async () => {
    await site.visitor().get(`/?search=${'x'.repeat(5_000)}`);
    expect(site.peers.requestsTo(catalog)[0]).toMatchObject({ search: 'x'.repeat(100) });
  });

  it('shows names and searches as text, never as HTML', async () => {
    site.shop.addProduct({ name: '<img src=x onerror=alert(1)>"\'', category: '<i>' });
    const page = await site.visitor().get(`/?search=${encodeURIComponent('<img')}`);
    expect(page.text).not.toContain('<img src=x');
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;&#34;&#39;');
    expect(page.text).toContain('value="&lt;img"');
  });

  it('costs one call a second however many look at once', async () => {
    const word = newSearch();
    site.shop.addProduct({ name: word });
    const started = performance.now();
    const pages = await Promise.all(Array.from({ length: 40 }, () => site.visitor().get(`/?search=${word}`)));
    expect(pages.every(({ text }) => text.includes(`>${word}</span>`))).toBe(true);
    // On a busy machine forty pages take longer than a second.
    const seconds = Math.ceil((performance.now() - started) / 1_000);
    expect(site.peers.requestsTo(catalog).length).toBeLessThanOrEqual(seconds);
  });

  it('keeps showing what it knew, and says so, when product-service breaks down', async () => {
    const word = newSearch();
    const mug = site.shop.addProduct({ name: word });
    await site.visitor().get(`/?search=${word}`);
    site.peers.fault(catalog);

    await expect
      .poll(async () => (await site.visitor().get(`/?search=${word}`)).text, { timeout: 5_000 })
      .toContain('some minutes old');
    const page = await site.visitor().get(`/?search=${word}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain(mug.productId);
  });

  it('says that the catalogue is resting, with the trace id, and nothing is cached', async () => {
    site.peers.fault(catalog);
    const page = await site.visitor().get(`/?search=${newSearch()}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain('The catalogue is resting');
    expect(page.text).toContain(page.headers.get('x-request-id'));
  });

  it('does not wait for a service that is silent', async () => {
    let answer: () => void = () => undefined;
    const silence = new Promise<void>((resolve) => {
      answer = resolve;
    });
    site.peers.override(catalog, async () => {
      await silence;
      return { ok: true, products: [], total: 0, categories: [] };
    });
    const started = performance.now();
    const page = await site.visitor().get(`/?search=${newSearch()}`);
    answer();
    expect(page.status).toBe(503);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('a product', () => {
  it('has a page of its own', async () => {
    const mug = site.shop.addProduct({ description: 'Holds 350 ml.\n\nKeeps <b>warm</b>.' });
    const page = await site.visitor().get(`/products/${mug.productId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Stoneware mug</h1>');
    expect(page.text).toContain('Keeps &lt;b&gt;warm&lt;/b&gt;.');
    expect(page.text).toContain('name="quantity"');
  });

  it.each(['f'.repeat(24), 'nonsense', '[object Object]', '..%2f..%2fetc'])(
    'that does not exist (%s) is a page that says so',
    async (id) => {
      const page = await site.visitor().get(`/products/${id}`);
      expect(page.status).toBe(404);
      expect(page.text).toContain('This page does not exist');
    },
  );
});

describe('a picture', () => {
  it('is fetched once and may be cached for ever', async () => {
    const bytes = Buffer.from('RIFF....WEBP');
    const hash = createHash('sha256').update(bytes).digest('hex');
    site.shop.images.set(hash, bytes);
    const visitor = site.visitor();

    const [first, second] = await Promise.all([
      visitor.get(`/images/${hash}-400.webp`),
      visitor.get(`/images/${hash}-400.webp`),
    ]);
    const later = await visitor.get(`/images/${hash}-400.webp`);
    const known = await visitor.get(`/images/${hash}-400.webp`, {
      'if-none-match': first.headers.get('etag') ?? '',
    });

    for (const answer of [first, second, later]) {
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('RIFF....WEBP');
      expect(answer.headers.get('content-type')).toBe('image/webp');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    expect(known.status).toBe(304);
    expect(site.peers.requestsTo(getImage)).toEqual([{ image: hash, width: 400 }]);
    expect(visitor.cookies.size).toBe(0);
  });

  it.each([`${'0'.repeat(64)}-400.webp`, `${'0'.repeat(64)}-401.webp`, 'x-400.webp', 'secret.txt'])(
    'that does not exist (%s) is not found, and that is not cached',
    async (file) => {
      const answer = await site.visitor().get(`/images/${file}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  it('that was seen in another width stands in while product-service is broken, and is not cached', async () => {
    const bytes = Buffer.from('RIFF....WEBP small');
    const hash = createHash('sha256').update(bytes).digest('hex');
    site.shop.images.set(hash, bytes);
    await site.visitor().get(`/images/${hash}-400.webp`);
    site.peers.fault(getImage);
    const answer = await site.visitor().get(`/images/${hash}-800.webp`);
    expect([answer.status, answer.text]).toEqual([200, 'RIFF....WEBP small']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('that can not be fetched now may be asked for again', async () => {
    site.peers.fault(getImage);
    const answer = await site.visitor().get(`/images/${'1'.repeat(64)}-400.webp`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

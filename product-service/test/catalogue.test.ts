import { catalog, type RpcRequestInput } from '@micromall/contracts';
import { expectOk, newId } from '@micromall/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedProduct } from '../src/domain/catalogue.js';
import { createCatalogueCache } from '../src/store/catalogue-cache.js';
import { type ProductHarness, startProductHarness } from './harness.js';

let shop: ProductHarness;
const ids: Record<string, string> = {};

beforeAll(async () => {
  shop = await startProductHarness();
  for (const [name, category, price, description] of [
    ['Café press', 'Kitchen', 4_900, 'Makes eight cups.'],
    ['Teapot', 'Kitchen', 3_900, 'Cast iron (1.2 l).'],
    ['Tea light', 'Home', 500, 'Burns for four hours.'],
    ['lamp', 'Desk', 7_900, 'For reading, 100% dimmable'],
    ['Notebook 10', 'Desk', 900, 'Ten sheets.'],
    ['Notebook 9', 'Desk', 900, 'Nine sheets. a+b'],
  ] as const) {
    ids[name] = await shop.product(3, { name, category, price, description });
  }
});
afterAll(() => shop.harness.stop());

async function list(request: RpcRequestInput<typeof catalog>) {
  return expectOk(await shop.rpc.call(catalog, request));
}
async function namesOf(request: RpcRequestInput<typeof catalog>): Promise<string[]> {
  return (await list(request)).products.map(({ name }) => name);
}

describe('a page of the catalogue', () => {
  test('shows the newest first, with categories over all of it', async () => {
    const page = await list({ pageSize: 2 });

    expect(page.products.map(({ name }) => name)).toEqual(['Notebook 9', 'Notebook 10']);
    expect(page.total).toBe(6);
    expect(page.categories).toEqual([
      { name: 'Desk', products: 3 },
      { name: 'Home', products: 1 },
      { name: 'Kitchen', products: 2 },
    ]);
  });

  test('shows only what anybody may see', async () => {
    await shop.mustReserve(newId(), [{ productId: ids.Teapot ?? '', quantity: 1 }]);
    const fields = [
      'available',
      'category',
      'currency',
      'description',
      'image',
      'name',
      'price',
      'productId',
    ];

    const requests: RpcRequestInput<typeof catalog>[] = [
      {},
      { all: true },
      { productIds: [ids.Teapot ?? ''] },
    ];
    for (const request of requests) {
      for (const product of (await list(request)).products)
        expect(Object.keys(product).sort()).toEqual(fields);
    }
  });

  test('pages neither repeat nor skip, and end', async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => namesOf({ page, pageSize: 4, sort: 'name' })));

    expect(pages.map((names) => names.length)).toEqual([4, 2, 0]);
    expect(new Set(pages.flat()).size).toBe(6);
  });

  test('sorts by name as people do, and by price with the older first among equals', async () => {
    expect(await namesOf({ sort: 'name' })).toEqual([
      'Café press',
      'lamp',
      'Notebook 9',
      'Notebook 10',
      'Tea light',
      'Teapot',
    ]);
    expect(await namesOf({ sort: 'price-up' })).toEqual([
      'Tea light',
      'Notebook 10',
      'Notebook 9',
      'Teapot',
      'Café press',
      'lamp',
    ]);
    expect((await namesOf({ sort: 'price-down' })).slice(-3)).toEqual([
      'Notebook 10',
      'Notebook 9',
      'Tea light',
    ]);
  });

  test('of one category, with its own total', async () => {
    const page = await list({ category: 'Kitchen', sort: 'price-up' });

    expect(page.products.map(({ name }) => name)).toEqual(['Teapot', 'Café press']);
    expect(page.total).toBe(2);
    expect(page.categories).toHaveLength(3);
    expect(await namesOf({ category: 'kitchen sink' })).toEqual([]);
  });

  test.each([
    ['TEA', ['Tea light', 'Teapot']],
    ['cafe', ['Café press']],
    ['kitchen', ['Café press', 'Teapot']],
    ['sheets', ['Notebook 9', 'Notebook 10']],
    ['desk nine', ['Notebook 9']],
    ['tea desk', []],
    ['  ', ['Café press', 'lamp', 'Notebook 9', 'Notebook 10', 'Tea light', 'Teapot']],
  ])('searched for %j finds %j: every word, in name, description or category', async (search, names) => {
    expect(await namesOf({ search, sort: 'name' })).toEqual(names);
  });

  test.each([
    ['.*', []],
    ['(1.2', ['Teapot']],
    ['100%', ['lamp']],
    ['a+b', ['Notebook 9']],
    ['[', []],
    ['(((((((((((a+)+)+)+)+)+)+)+)+$', []],
    ['\\', []],
    ['$where', []],
    ['__proto__', []],
    ['\u0000', []],
    ["' || true || '", []],
  ])('searched for %j takes it as plain text', async (search, names) => {
    const started = performance.now();

    expect(await namesOf({ search })).toEqual(names);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('refuses a page of operators', async () => {
    const { rpc } = shop;
    const hostile = { search: { $regex: '.*' } } as unknown as RpcRequestInput<typeof catalog>;

    await expect(rpc.call(catalog, hostile)).rejects.toMatchObject({ fault: 'malformed-request' });
  });
});

describe('named products', () => {
  test('come in the order in which they are named, each once, without those that do not exist', async () => {
    const productIds = [ids.lamp ?? '', newId(), ids.Teapot ?? '', ids.lamp ?? ''];

    const reply = await list({ productIds });

    expect(reply.products.map(({ name }) => name)).toEqual(['lamp', 'Teapot']);
    expect(reply.total).toBe(2);
  });

  test('show the stock as it is at that moment, for carts too', async () => {
    const mug = await shop.product(30);
    const cart = await shop.harness.peer('cart-service');
    for (let sold = 1; sold <= 5; sold += 1) {
      await list({});
      await shop.mustReserve(newId(), [{ productId: mug, quantity: 1 }]);

      const reply = await cart.platform.rpc.call(catalog, { productIds: [mug] });

      expect(reply).toMatchObject({ products: [{ available: 30 - sold }] });
    }
  });

  test('so does the whole catalogue', async () => {
    const mug = await shop.product(2);
    await list({});
    await shop.mustReserve(newId(), [{ productId: mug, quantity: 2 }]);

    const { products, total } = await list({ all: true });

    expect(products[0]).toMatchObject({ productId: mug, available: 0 });
    expect(total).toBe(products.length);
  });
});

describe('the cache of the catalogue', () => {
  const lamp = (available: number): ListedProduct => ({
    createdAt: new Date(),
    product: {
      productId: 'a'.repeat(24),
      name: 'Lamp',
      description: '',
      category: 'Desk',
      price: 100,
      currency: 'SGD',
      available,
      image: null,
    },
  });

  function cacheOver(stock: { available: number }) {
    let nowMs = 0;
    let queries = 0;
    const cache = createCatalogueCache(
      async () => {
        queries += 1;
        return [lamp(stock.available)];
      },
      () => nowMs,
    );
    const shown = async () => (await cache.recent()).newest(1)[0]?.available;
    const advance = (ms: number) => {
      nowMs += ms;
    };
    return { cache, shown, advance, queries: () => queries };
  }

  test('is at most a second old, and one query serves all who come meanwhile', async () => {
    const stock = { available: 5 };
    const { shown, advance, queries } = cacheOver(stock);
    await Promise.all([shown(), shown(), shown()]);
    stock.available = 4;

    advance(999);
    expect(await shown()).toBe(5);
    expect(queries()).toBe(1);
    advance(1);
    expect(await shown()).toBe(4);
    expect(queries()).toBe(2);
  });

  test('forgets what a query read that began before a change', async () => {
    const stock = { available: 5 };
    const { cache, shown } = cacheOver(stock);
    const early = shown();
    stock.available = 4;
    cache.invalidate();

    await early;

    expect(await shown()).toBe(4);
  });

  test('forgets a query that failed', async () => {
    let broken = true;
    const cache = createCatalogueCache(async () => {
      if (broken) throw new Error('the database is down');
      return [lamp(1)];
    });
    await expect(cache.recent()).rejects.toThrow('the database is down');
    broken = false;

    expect((await cache.recent()).size).toBe(1);
  });
});

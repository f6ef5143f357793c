import { randomUUID } from 'node:crypto';
import { type Cart, catalog, changeCart, getCart, mergeCart, type Product } from '@micromall/contracts';
import type { RunningService } from '@micromall/platform';
import { expectOk, Harness, newId, type Person, settleWithinMs } from '@micromall/test-kit';
import { startCartService } from '../src/service.js';

export type CartHarness = Awaited<ReturnType<typeof startCartHarness>>;

export const patient = { timeout: settleWithinMs };

/**
 * cart-service with the site, order-service, and a product-service whose products the test sets.
 * @param replicas how many processes of cart-service share the work
 */
export async function startCartHarness(replicas = 1) {
  const harness = await Harness.start('cart-service');
  /** What product-service knows; a change here is a change of the shop. */
  const products = new Map<string, Product>();
  const catalogue: { answers: 'well' | 'with a fault' | 'with nonsense' } = { answers: 'well' };
  const findNamed = harness.responder(catalog, () => async (request) => {
    if (!('productIds' in request)) throw new Error('cart-service asks for named products only');
    if (catalogue.answers === 'with a fault') throw new Error('product-service fails');
    if (catalogue.answers === 'with nonsense') return { ok: true, products: 'many' } as never;
    const found = request.productIds.flatMap((id) => products.get(id) ?? []);
    return { ok: true, products: found, total: found.length, categories: [] };
  });
  const [database, frontend, orders] = await Promise.all([
    harness.database(),
    harness.peer('frontend-service'),
    harness.peer('order-service'),
    harness.peer('product-service', ({ server }) => server.serve(catalog, findNamed)),
    harness.authority(),
  ]);
  const { rpc } = frontend.platform;
  const services: RunningService[] = await Promise.all(
    Array.from({ length: replicas }, async () => harness.keep(await startCartService(harness.environment()))),
  );
  const asPerson = (person?: Person) => ({ identity: person?.identity, timeoutMs: settleWithinMs });

  return {
    harness,
    database,
    /** Calls as frontend-service. */
    rpc,
    orders: orders.platform,
    services,
    products,
    catalogue,
    /** Adds a product to the shop. */
    stock(available: number, about: Partial<Product> = {}): Product {
      const product: Product = {
        productId: newId(),
        name: `Mug ${products.size + 1}`,
        description: '',
        category: 'Kitchen',
        price: 1850,
        currency: 'SGD',
        image: null,
        ...about,
        available,
      };
      products.set(product.productId, product);
      return product;
    },
    newGuest: () => `guest-${randomUUID()}`,
    get: async (id: string, person?: Person): Promise<Cart> =>
      expectOk(await rpc.call(getCart, { id }, asPerson(person))).cart,
    change: (id: string, itemid: string, qty: number, person?: Person) =>
      rpc.call(changeCart, { id, itemid, qty }, asPerson(person)),
    merge: async (guestId: string, person: Person): Promise<Cart> =>
      expectOk(await rpc.call(mergeCart, { guestId }, asPerson(person))).cart,
  };
}

/** What a cart holds: quantities by product id. */
export function contentsOf(cart: Cart): Record<string, number> {
  return Object.fromEntries(cart.lines.map((line) => [line.productId, line.quantity]));
}

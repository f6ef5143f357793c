import { randomBytes, randomUUID } from 'node:crypto';
import {
  allEventContracts,
  type Cart,
  catalog,
  changeCart,
  getCart,
  mergeCart,
  type Product,
  type RpcContract,
  type RpcReply,
  type ServiceName,
} from '@micromall/contracts';
import type { Platform, RunningService } from '@micromall/platform';
import {
  createVhost,
  type Peer,
  startAuthority,
  startPeer,
  testEnvironment,
  type Vhost,
} from '@micromall/test-kit';
import { type Connection, createConnection } from 'mongoose';
import { inject } from 'vitest';
import { startCartService } from '../src/service.js';

export interface Person {
  readonly userId: string;
  readonly identity: string;
}

/** cart-service's surroundings: the site, order-service and a product-service whose shelves the test fills. */
export interface CartBed {
  readonly vhost: Vhost;
  readonly database: Connection;
  readonly frontend: Peer;
  readonly orders: Peer;
  /** What product-service knows; change it and the shop has changed. */
  readonly products: Map<string, Product>;
  /** Which products cart-service asked product-service about, call by call. */
  readonly asked: string[][];
  /** How product-service answers from now on. */
  productService: 'well' | 'with a fault' | 'with nonsense';
  start(): Promise<RunningService>;
  /** Puts a new product on the shelves. */
  stock(available: number, about?: Partial<Product>): Product;
  newGuest(): string;
  newPerson(): Promise<Person>;
  get(id: string, person?: Person): Promise<Cart>;
  change(id: string, itemid: string, qty: number, person?: Person): Promise<RpcReply<typeof changeCart>>;
  merge(guestId: string, person: Person): Promise<Cart>;
  stop(): Promise<void>;
}

export async function startCartBed(topic: string): Promise<CartBed> {
  const name = `cart-${topic}-${randomUUID().slice(0, 8)}`;
  const vhost = await createVhost(inject('managementUrl'), name);
  const mongoUrl = new URL(inject('mongoUrl'));
  mongoUrl.pathname = `/${name}`;
  const database = await createConnection(mongoUrl.href).asPromise();
  const products = new Map<string, Product>();
  const asked: string[][] = [];
  const running: { stop(): Promise<void> }[] = [];

  function join(service: ServiceName, build: (platform: Platform) => void = () => undefined): Promise<Peer> {
    return startPeer(service, vhost.amqpUrl(service), (platform) => {
      for (const contract of allEventContracts) {
        if (contract.subscribers.includes(service)) platform.consumer.on(contract, async () => undefined);
      }
      build(platform);
    });
  }
  const [authority, frontend, orders, productService] = await Promise.all([
    startAuthority(vhost.amqpUrl('auth-service')),
    join('frontend-service'),
    join('order-service'),
    join('product-service', ({ server }) => {
      server.serve(catalog, async (request) => {
        if (!('productIds' in request)) throw new Error('cart-service asks for named products only');
        asked.push(request.productIds);
        if (bed.productService === 'with a fault') throw new Error('product-service is ill');
        if (bed.productService === 'with nonsense') return { ok: true, products: 'many' } as never;
        const found = request.productIds.flatMap((id) => products.get(id) ?? []);
        return { ok: true, products: found, total: found.length, categories: [] };
      });
    }),
  ]);
  running.push(authority, frontend, orders, productService);
  const { rpc } = frontend.platform;

  const bed: CartBed = {
    vhost,
    database,
    frontend,
    orders,
    products,
    asked,
    productService: 'well',
    async start() {
      const started = await startCartService({
        ...testEnvironment(vhost.amqpUrl('cart-service')),
        MONGO_URL: mongoUrl.href,
      });
      running.push(started);
      return started;
    },
    stock(available, about = {}) {
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
    async newPerson() {
      const userId = newId();
      const person = { userId, name: 'Ada', email: 'ada@example.com', role: 'shopper' } as const;
      return { userId, identity: await authority.identityOf(person) };
    },
    get: async (id, person) =>
      expectOk(await rpc.call(getCart, { id }, { identity: person?.identity, timeoutMs })).cart,
    change: (id, itemid, qty, person) =>
      rpc.call(changeCart, { id, itemid, qty }, { identity: person?.identity, timeoutMs }),
    merge: async (guestId, { identity }) =>
      expectOk(await rpc.call(mergeCart, { guestId }, { identity, timeoutMs })).cart,
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await database.dropDatabase();
      await database.close();
      await vhost.remove();
    },
  };
  return bed;
}

export function newId(): string {
  return randomBytes(12).toString('hex');
}

/** What a cart holds, as pairs of a product and its quantity. */
export function contentsOf(cart: Cart): Record<string, number> {
  return Object.fromEntries(cart.lines.map((line) => [line.productId, line.quantity]));
}

/** For answers that must be there: the failure is then the test's failure. */
export function expectOk<Reply extends RpcReply<RpcContract>>(reply: Reply): Extract<Reply, { ok: true }> {
  if (!reply.ok) throw new Error(`expected an answer, got ${JSON.stringify(reply)}`);
  return reply as Extract<Reply, { ok: true }>;
}

/** These tests are about what is true, not about how fast: a busy machine may take its time, in milliseconds. */
export const timeoutMs = 20_000;
export const patience = { timeout: timeoutMs };

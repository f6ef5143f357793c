import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Account,
  allEventContracts,
  type Cart,
  type CartChange,
  cancelCheckout,
  catalog,
  changeCart,
  confirmPayment,
  createAccount,
  createProduct,
  deleteCart,
  getCart,
  getIdentityKeys,
  getImage,
  getOrder,
  getOrders,
  login,
  mergeCart,
  type Order,
  type Product,
  placeOrder,
  quoteOrder,
  renewIdentity,
  reviewCart,
} from '@micromall/contracts';
import { failed, identityAudience, identityIssuer, type RpcHandler } from '@micromall/platform';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Peer, startPeer } from '../../dev/src/index.js';

type Person = Account & { password: string };

/** What the neighbours of the site hold. A test changes it as it likes. */
export interface Neighbours {
  readonly products: Product[];
  readonly images: Map<string, Buffer>;
  readonly carts: Map<string, { version: number; items: { productId: string; quantity: number }[] }>;
  readonly people: Person[];
  readonly orders: Order[];
  /** Every request that arrived, newest last. */
  readonly heard: { queue: string; request: unknown; callId: string | undefined }[];
  /** Answers in place of the usual ones, by queue. Throw in one to answer `failed`. */
  readonly instead: Map<string, RpcHandler<never>>;
  identityOf(person: Account, lifetimeSeconds?: number): Promise<string>;
  /** How long the identities of new log-ins last, in seconds. */
  lifetimeSeconds: number;
  /** Starts or ends the service of that name. */
  start(service: ServiceOfSite): Promise<void>;
  end(service: ServiceOfSite): Promise<void>;
  stop(): Promise<void>;
}

type ServiceOfSite = 'auth-service' | 'product-service' | 'cart-service' | 'order-service';
const services = ['auth-service', 'product-service', 'cart-service', 'order-service'] as const;

export function newId(): string {
  return randomBytes(12).toString('hex');
}

export function aProduct(about: Partial<Product> = {}): Product {
  return {
    productId: newId(),
    name: 'Stoneware mug',
    description: 'Holds 350 ml and keeps it warm.',
    category: 'Kitchen',
    price: 1850,
    currency: 'SGD',
    available: 24,
    image: null,
    ...about,
  };
}

export function anOrder(about: Partial<Order> = {}): Order {
  const at = '2026-11-21T12:00:00.000Z';
  const line = { name: 'Stoneware mug', image: null, price: 1850, quantity: 2, amount: 3700 };
  return {
    orderId: newId(),
    number: 'MM-7K3Q-9F2D',
    userId: newId(),
    state: 'paid',
    lines: [{ productId: newId(), ...line }],
    subtotal: 3700,
    shipping: 500,
    total: 4200,
    currency: 'SGD',
    createdAt: at,
    history: [{ state: 'awaiting-payment', at }],
    cancelReason: null,
    ...about,
  };
}

/** Plays the services around the site on a real broker: small, in memory, and as their contracts say. */
export async function startNeighbours(amqpUrl: (user: string) => string): Promise<Neighbours> {
  const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '' } = await exportJWK(keys.publicKey);
  const peers = new Map<string, Peer>();
  const shop: Neighbours = {
    products: [],
    images: new Map(),
    carts: new Map(),
    people: [],
    orders: [],
    heard: [],
    instead: new Map(),
    lifetimeSeconds: 3_600,
    identityOf: ({ userId, name, email, role }, lifetimeSeconds = shop.lifetimeSeconds) =>
      new SignJWT({ name, email, role, jti: randomUUID() })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
        .setSubject(userId)
        .setIssuer(identityIssuer)
        .setAudience(identityAudience)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + lifetimeSeconds)
        .sign(keys.privateKey),
    async start(service) {
      const peer = await startPeer(service, amqpUrl(service), ({ server, consumer }) => {
        for (const event of allEventContracts) {
          if (event.subscribers.includes(service)) consumer.on(event, async () => undefined);
        }
        for (const [contract, handler] of handlers) {
          if (contract.owner !== service) continue;
          server.serve(contract, async (request: unknown, caller) => {
            shop.heard.push({ queue: contract.queue, request, callId: caller.callId });
            const answer = shop.instead.get(contract.queue) ?? handler;
            return (answer as (request: unknown, caller: unknown) => Promise<never>)(request, caller);
          });
        }
      });
      peers.set(service, peer);
    },
    async end(service) {
      await peers.get(service)?.stop();
      peers.delete(service);
    },
    async stop() {
      await Promise.all([...peers.values()].map((peer) => peer.stop()));
    },
  };

  function cartOf(id: string): Cart {
    const kept = shop.carts.get(id) ?? { version: 0, items: [] };
    const lines = kept.items.flatMap(({ productId, quantity }) => {
      const product = shop.products.find((each) => each.productId === productId);
      if (!product) return [];
      const { name, image, price, available } = product;
      return [{ productId, name, image, price, quantity, available, amount: price * quantity }];
    });
    return {
      id,
      version: kept.version,
      lines,
      count: lines.reduce((sum, line) => sum + line.quantity, 0),
      subtotal: lines.reduce((sum, line) => sum + line.amount, 0),
      currency: 'SGD',
    };
  }

  function setQuantity(id: string, productId: string, quantity: number): void {
    const kept = shop.carts.get(id) ?? { version: 0, items: [] };
    const others = kept.items.filter((item) => item.productId !== productId);
    shop.carts.set(id, {
      version: kept.version + 1,
      items: quantity > 0 ? [...others, { productId, quantity }] : others,
    });
  }

  function review(id: string): { cart: Cart; changes: CartChange[] } {
    const changes: CartChange[] = [];
    for (const { productId, name, quantity, available } of cartOf(id).lines) {
      if (quantity <= available) continue;
      changes.push({ productId, name, from: quantity, to: available });
      setQuantity(id, productId, available);
    }
    return { cart: cartOf(id), changes };
  }

  async function vouch(person: Person) {
    const { password, ...account } = person;
    return { ok: true as const, account, identity: await shop.identityOf(account) };
  }

  function ownOrder(orderId: string, userId: string | undefined): Order | undefined {
    return shop.orders.find((order) => order.orderId === orderId && order.userId === userId);
  }
  const orderUnknown = failed('order-unknown', 'You have no order with this id.');

  const handlers = new Map<Parameters<Peer['platform']['server']['serve']>[0], RpcHandler<never>>();
  function serve<Contract extends Parameters<Peer['platform']['server']['serve']>[0]>(
    contract: Contract,
    handler: RpcHandler<Contract>,
  ): void {
    handlers.set(contract, handler as unknown as RpcHandler<never>);
  }

  serve(getIdentityKeys, async () => ({
    ok: true,
    keys: [{ kty: 'OKP' as const, crv: 'Ed25519' as const, x, kid: 'test', alg: 'EdDSA' as const }],
  }));
  serve(login, async ({ email, password }) => {
    const person = shop.people.find((each) => each.email === email && each.password === password);
    return person ? vouch(person) : failed('wrong-credentials', 'No account has these.');
  });
  serve(createAccount, async ({ name, email, password }) => {
    if (shop.people.some((person) => person.email === email)) return failed('email-taken', 'It exists.');
    const person: Person = { userId: newId(), name, email, role: 'shopper', password };
    shop.people.push(person);
    return vouch(person);
  });
  serve(renewIdentity, async ({ identity }) => {
    const claims = JSON.parse(Buffer.from(identity.split('.')[1] ?? '', 'base64url').toString());
    const person = shop.people.find((each) => each.userId === claims.sub);
    return person ? vouch(person) : failed('identity-ended', 'Log in again.');
  });

  serve(catalog, async (request) => {
    const categories = [...new Set(shop.products.map((product) => product.category))].map((name) => ({
      name,
      products: shop.products.filter((product) => product.category === name).length,
    }));
    if ('productIds' in request) {
      const products = shop.products.filter((product) => request.productIds.includes(product.productId));
      return { ok: true, products, total: products.length, categories };
    }
    if ('all' in request)
      return { ok: true, products: shop.products, total: shop.products.length, categories };
    const { search = '', category, page, pageSize, sort } = request;
    const found = shop.products
      .filter((product) => product.name.toLowerCase().includes(search.toLowerCase()))
      .filter((product) => category === undefined || product.category === category);
    if (sort === 'price-up') found.sort((a, b) => a.price - b.price);
    const products = found.slice((page - 1) * pageSize, page * pageSize);
    return { ok: true, products, total: found.length, categories };
  });
  serve(getImage, async ({ image }) => {
    const bytes = shop.images.get(image);
    if (!bytes) return failed('image-unknown', 'No product has this image.');
    return { ok: true, contentType: 'image/webp' as const, base64: bytes.toString('base64') };
  });
  serve(createProduct, async ({ name, quantity, price, description, category }) => {
    const product = aProduct({ name, price, description, category, available: quantity });
    shop.products.push(product);
    return { ok: true, product };
  });

  serve(getCart, async ({ id }) => ({ ok: true, cart: cartOf(id) }));
  serve(reviewCart, async ({ id }) => ({ ok: true, ...review(id) }));
  serve(changeCart, async ({ id, itemid, qty }) => {
    const product = shop.products.find((each) => each.productId === itemid);
    if (!product) return failed('product-unknown', 'The shop has no such product.');
    const inCart = cartOf(id).lines.find((line) => line.productId === itemid)?.quantity ?? 0;
    const { name, available } = product;
    if (qty > 0 && inCart + qty > available) {
      return failed('insufficient-stock', 'The cart would hold more than there is.', {
        name,
        available,
        inCart,
      });
    }
    setQuantity(id, itemid, inCart + qty);
    return { ok: true, cart: cartOf(id) };
  });
  serve(deleteCart, async ({ id }) => {
    shop.carts.delete(id);
    return { ok: true, cart: cartOf(id) };
  });
  serve(mergeCart, async ({ guestId }, { identity }) => {
    const id = identity?.userId ?? '';
    for (const { productId, quantity } of shop.carts.get(guestId)?.items ?? []) {
      const before = cartOf(id).lines.find((line) => line.productId === productId)?.quantity ?? 0;
      setQuantity(id, productId, before + quantity);
    }
    shop.carts.delete(guestId);
    return { ok: true, cart: cartOf(id) };
  });

  serve(quoteOrder, async (_request, { identity }) => {
    const { cart, changes } = review(identity?.userId ?? '');
    const shipping = { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 };
    return { ok: true, cart, changes, shipping, total: cart.subtotal + 500, currency: 'SGD' };
  });
  serve(placeOrder, async (_request, { identity }) => {
    const { lines, subtotal } = cartOf(identity?.userId ?? '');
    const order = anOrder({
      userId: identity?.userId ?? '',
      state: 'awaiting-payment',
      lines: lines.map(({ available, ...line }) => line),
      subtotal,
      total: subtotal + 500,
    });
    shop.orders.unshift(order);
    const { orderId, number } = order;
    return { ok: true, orderId, number, checkoutUrl: `http://localhost:4242/c/pay/cs_test_${orderId}` };
  });
  serve(confirmPayment, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    return order ? { ok: true, order } : orderUnknown;
  });
  serve(cancelCheckout, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    if (!order) return orderUnknown;
    if (order.state === 'awaiting-payment') {
      Object.assign(order, { state: 'cancelled', cancelReason: 'shopper-went-back' });
    }
    return { ok: true, order };
  });
  serve(getOrders, async ({ userId }, { identity }) =>
    userId === identity?.userId
      ? { ok: true, orders: shop.orders.filter((order) => order.userId === userId) }
      : failed('not-your-orders', 'Only the account itself or an admin may see these orders.'),
  );
  serve(getOrder, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    return order ? { ok: true, order } : orderUnknown;
  });

  await Promise.all(services.map((service) => shop.start(service)));
  return shop;
}

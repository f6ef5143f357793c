import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Account,
  type Cart,
  checkPayment,
  confirmPayment,
  type EventContract,
  type EventPayloadInput,
  expireCheckout,
  getOrder,
  openCheckout,
  orderCancelled,
  orderMissing,
  orderPaid,
  orderRefunded,
  orderRefundRequested,
  paymentSucceeded,
  placeOrder,
  type RpcContract,
  type RpcReply,
  type RpcRequest,
  type RpcRequestInput,
  reserveStock,
  reviewCart,
  settleCart,
} from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { currentTrace, type RunningService } from '@micromall/platform';
import {
  type Authority,
  createVhost,
  type Peer,
  startAuthority,
  startPeer,
  testEnvironment,
  type Vhost,
} from '@micromall/test-kit';
import { type Connection, createConnection } from 'mongoose';
import { expect } from 'vitest';
import { startOrderService } from '../src/service.js';
import type { StoredOrder } from '../src/store/order-schema.js';

type Serve<Contract extends RpcContract> = (request: RpcRequest<Contract>) => Promise<RpcReply<Contract>>;

/** How the neighbours behave; a test changes what it is about and `reset` puts it back. */
export interface Neighbours {
  reviewCart: Serve<typeof reviewCart>;
  settleCart: Serve<typeof settleCart>;
  reserveStock: Serve<typeof reserveStock>;
  openCheckout: Serve<typeof openCheckout>;
  checkPayment: Serve<typeof checkPayment>;
  expireCheckout: Serve<typeof expireCheckout>;
}

export interface Told {
  readonly event: string;
  readonly messageId: string | undefined;
  readonly traceId: string | undefined;
  readonly payload: { orderId: string; [field: string]: unknown };
}

export const mug = '66f0a1b2c3d4e5f6012345aa';

export function newId(): string {
  return randomBytes(12).toString('hex');
}

function cartOf(id: string): Cart {
  return {
    id,
    version: 3,
    lines: [
      {
        productId: mug,
        name: 'Stoneware mug',
        image: null,
        price: 1850,
        quantity: 2,
        available: 9,
        amount: 3700,
      },
    ],
    count: 2,
    subtotal: 3700,
    currency: 'SGD',
  };
}

function wellBehaved(): Neighbours {
  return {
    reviewCart: async ({ id }) => ({ ok: true, cart: cartOf(id), changes: [] }),
    settleCart: async () => ({ ok: true }),
    reserveStock: async ({ lines }) => ({
      ok: true,
      lines: lines.map(({ productId, quantity }) => ({
        productId,
        quantity,
        name: 'Stoneware mug',
        price: 1850,
        currency: 'SGD',
        image: null,
      })),
    }),
    openCheckout: async ({ orderId }) => ({
      ok: true,
      sessionId: `cs_test_${orderId}`,
      url: `http://localhost:4242/c/pay/cs_test_${orderId}`,
    }),
    checkPayment: async () => ({ ok: true, status: 'open' }),
    expireCheckout: async () => ({ ok: true, status: 'expired' }),
  };
}

/** A whole shop around a real order-service: real broker, real database, its neighbours played by the test. */
export class Bed {
  neighbours = wellBehaved();
  /** Calls that the neighbours got, by queue. */
  readonly calls: { queue: string; request: unknown }[] = [];
  /** Events that order-service told, in the order in which they came. */
  readonly told: Told[] = [];
  #service: RunningService | undefined;

  private constructor(
    readonly vhost: Vhost,
    readonly database: Connection,
    readonly mongoUrl: string,
    readonly authority: Authority,
  ) {}

  frontend!: Peer;
  payment!: Peer;
  product!: Peer;
  #peers: Peer[] = [];

  static async start(managementUrl: string, mongoUrl: string, variables: Record<string, string> = {}) {
    const name = `order-${randomUUID()}`;
    const vhost = await createVhost(managementUrl, name);
    const url = `${mongoUrl}/${name}`;
    const database = await createConnection(url).asPromise();
    const bed = new Bed(vhost, database, url, await startAuthority(vhost.amqpUrl('auth-service')));
    await bed.#startPeers();
    await bed.startService(variables);
    return bed;
  }

  async #startPeers(): Promise<void> {
    const serve =
      <Contract extends RpcContract>(queue: keyof Neighbours, contract: Contract) =>
      (request: RpcRequest<Contract>): Promise<RpcReply<Contract>> => {
        this.calls.push({ queue: contract.queue, request });
        // Each neighbour's function is that of its own contract.
        return (this.neighbours[queue] as unknown as Serve<Contract>)(request);
      };
    const hear = async (event: string, payload: unknown, messageId: string | undefined) => {
      this.told.push({
        event,
        messageId,
        traceId: currentTrace()?.traceId,
        payload: payload as Told['payload'],
      });
    };
    this.frontend = await startPeer('frontend-service', this.vhost.amqpUrl('frontend-service'));
    const cart = await startPeer(
      'cart-service',
      this.vhost.amqpUrl('cart-service'),
      ({ server, consumer }) => {
        server.serve(reviewCart, serve('reviewCart', reviewCart));
        server.serve(settleCart, serve('settleCart', settleCart));
        consumer.on(orderPaid, async () => undefined);
      },
    );
    this.product = await startPeer(
      'product-service',
      this.vhost.amqpUrl('product-service'),
      ({ server, consumer }) => {
        server.serve(reserveStock, serve('reserveStock', reserveStock));
        for (const event of [orderPaid, orderCancelled, orderRefunded]) {
          consumer.on(event, (payload, { messageId }) => hear(event.name, payload, messageId));
        }
      },
    );
    this.payment = await startPeer(
      'payment-service',
      this.vhost.amqpUrl('payment-service'),
      ({ server, consumer }) => {
        server.serve(openCheckout, serve('openCheckout', openCheckout));
        server.serve(checkPayment, serve('checkPayment', checkPayment));
        server.serve(expireCheckout, serve('expireCheckout', expireCheckout));
        consumer.on(orderPaid, async () => undefined);
        for (const event of [orderRefundRequested, orderMissing]) {
          consumer.on(event, (payload: unknown, { messageId }) => hear(event.name, payload, messageId));
        }
      },
    );
    this.#peers = [this.frontend, cart, this.product, this.payment];
  }

  async startService(variables: Record<string, string> = {}): Promise<void> {
    this.#service = await this.replica(variables);
  }

  /** One more process of order-service, beside the bed's own; the caller stops it. */
  replica(variables: Record<string, string> = {}): Promise<RunningService> {
    return startOrderService({
      ...testEnvironment(this.vhost.amqpUrl('order-service')),
      MONGO_URL: this.mongoUrl,
      ...variables,
    });
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#service?.operationsPort}/metrics`)).text();
  }

  reset(): void {
    this.neighbours = wellBehaved();
    this.calls.length = 0;
    this.told.length = 0;
  }

  async stop(): Promise<void> {
    await this.stopService();
    await Promise.all([...this.#peers.map((peer) => peer.stop()), this.authority.stop()]);
    await this.database.dropDatabase();
    await this.database.close();
    await this.vhost.remove();
  }

  newShopper(role: 'shopper' | 'admin' = 'shopper'): Account {
    const userId = newId();
    return { userId, name: 'Ada', email: `ada-${userId}@example.com`, role };
  }

  /** Calls order-service from the frontend, for a person. */
  async call<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    person?: Account,
  ): Promise<RpcReply<Contract>> {
    const identity = person ? await this.authority.identityOf(person) : undefined;
    return this.frontend.platform.rpc.call(contract, request, { identity });
  }

  place(
    person: Account,
    checkoutId: string = randomUUID(),
    confirmed: Partial<RpcRequest<typeof placeOrder>> = {},
  ) {
    return this.call(placeOrder, { checkoutId, confirmedTotal: 4200, cartVersion: 3, ...confirmed }, person);
  }

  /** An order that waits for its payment. */
  async placed(person: Account = this.newShopper()) {
    const reply = await this.place(person);
    if (!reply.ok) throw new Error(`not placed: ${reply.error.message}`);
    return { ...reply, person };
  }

  /** An order that is paid, by the event. */
  async paid(person: Account = this.newShopper()) {
    const order = await this.placed(person);
    await this.emitPaid(order.orderId);
    await this.reaches(order.orderId, 'paid');
    return order;
  }

  emit<Contract extends EventContract>(
    contract: Contract,
    payload: EventPayloadInput<Contract>,
  ): Promise<void> {
    return this.payment.platform.publisher.emit(contract, payload);
  }

  emitPaid(orderId: string, payment: { amount?: number; currency?: string } = {}): Promise<void> {
    return this.emit(paymentSucceeded, {
      orderId,
      sessionId: `cs_test_${orderId}`,
      paymentIntentId: `pi_${orderId}`,
      amount: 4200,
      currency: 'SGD',
      occurredAt: new Date().toISOString(),
      ...payment,
    });
  }

  async stored(orderId: string): Promise<StoredOrder> {
    const found = await this.database.collection<StoredOrder>('orders').findOne({ _id: orderId });
    if (!found) throw new Error(`no order ${orderId}`);
    return found;
  }

  orders() {
    return this.database.collection<StoredOrder>('orders');
  }

  async reaches(orderId: string, state: StoredOrder['state']): Promise<void> {
    const reached = await until(async () => (await this.stored(orderId)).state === state, 10_000);
    expect(reached, `${orderId} is ${(await this.stored(orderId)).state}, not ${state}`).toBe(true);
  }

  /** What was told about an order. The same message id is the same news, however often it comes. */
  toldAbout(orderId: string): string[] {
    const news = new Map<string | undefined, string>();
    for (const { payload, messageId, event } of this.told) {
      if (payload.orderId === orderId) news.set(messageId, event);
    }
    return [...news.values()];
  }

  async hears(orderId: string, events: string[]): Promise<void> {
    await until(() => this.toldAbout(orderId).length >= events.length, 10_000);
    expect(this.toldAbout(orderId)).toEqual(events);
  }

  callsOf(queue: string): unknown[] {
    return this.calls.filter((call) => call.queue === queue).map(({ request }) => request);
  }

  confirm(orderId: string, person: Account) {
    return this.call(confirmPayment, { orderId }, person);
  }

  look(orderId: string, person: Account) {
    return this.call(getOrder, { orderId }, person);
  }

  /** Does something that makes order-service receive events, and resolves when it has settled so many of them. */
  async receives(times: number, work: () => Promise<void>): Promise<void> {
    const count = async () => {
      const lines = (await this.metrics())
        .split('\n')
        .filter((line) => line.startsWith('events_consumed_total{'));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const before = await count();
    await work();
    expect(await until(async () => (await count()) >= before + times, 10_000)).toBe(true);
  }
}

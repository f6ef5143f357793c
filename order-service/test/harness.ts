import { randomUUID } from 'node:crypto';
import {
  type Cart,
  cancelCheckout,
  checkPayment,
  confirmPayment,
  type EventContract,
  type EventPayloadInput,
  expireCheckout,
  getOrder,
  openCheckout,
  orderPaid,
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
import type { RunningService } from '@micromall/platform';
import {
  expectOk,
  Harness,
  type Peer,
  type Person,
  type Responder,
  settleWithinMs,
} from '@micromall/test-kit';
import type { Connection } from 'mongoose';
import { expect } from 'vitest';
import { startOrderService } from '../src/service.js';
import type { StoredOrder } from '../src/store/order-schema.js';

/** How the peers answer; a test changes what it is about, and `reset` puts it back. */
export interface Answers {
  reviewCart: Responder<typeof reviewCart>;
  settleCart: Responder<typeof settleCart>;
  reserveStock: Responder<typeof reserveStock>;
  openCheckout: Responder<typeof openCheckout>;
  checkPayment: Responder<typeof checkPayment>;
  expireCheckout: Responder<typeof expireCheckout>;
}

export const mug = '66f0a1b2c3d4e5f6012345aa';

/** A cart with two mugs, or with one thing at another price in minor units. */
export function cartOf(id: string, price = 1850, quantity = 2): Cart {
  const amount = price * quantity;
  return {
    id,
    version: 3,
    lines: [{ productId: mug, name: 'Stoneware mug', image: null, price, quantity, available: 9, amount }],
    count: quantity,
    subtotal: amount,
    currency: 'SGD',
  };
}

/** What product-service answers when it has everything at this price in minor units. */
export function reservedAt(price: number): Responder<typeof reserveStock> {
  return async ({ lines }) => ({
    ok: true,
    lines: lines.map((line) => ({ ...line, name: 'Stoneware mug', price, currency: 'SGD', image: null })),
  });
}

function usualAnswers(): Answers {
  return {
    reviewCart: async ({ id }) => ({ ok: true, cart: cartOf(id), changes: [] }),
    settleCart: async () => ({ ok: true }),
    reserveStock: reservedAt(1850),
    openCheckout: async ({ orderId }) => ({
      ok: true,
      sessionId: `cs_test_${orderId}`,
      url: `http://localhost:4242/c/pay/cs_test_${orderId}`,
    }),
    checkPayment: async () => ({ ok: true, status: 'open' }),
    expireCheckout: async () => ({ ok: true, status: 'expired' }),
  };
}

/** An order-service on a real broker and database; the services around it are played by the test. */
export class OrderHarness {
  answers = usualAnswers();
  #service: RunningService | undefined;

  private constructor(
    readonly kit: Harness,
    readonly database: Connection,
    readonly frontend: Peer,
    readonly payment: Peer,
    readonly product: Peer,
  ) {}

  /** @param variables the environment of order-service besides what it needs to start */
  static async start(variables: Record<string, string> = {}): Promise<OrderHarness> {
    const kit = await Harness.start('order-service');
    let harness: OrderHarness | undefined;
    const serve = <Contract extends RpcContract>(
      { server }: Peer['platform'],
      contract: Contract,
      name: keyof Answers,
    ) => {
      // Each answer is that of its own contract.
      server.serve(
        contract,
        kit.responder(contract, () => harness?.answers[name] as unknown as Responder<Contract>),
      );
    };
    const database = await kit.database();
    const frontend = await kit.peer('frontend-service');
    await kit.peer('cart-service', (platform) => {
      serve(platform, reviewCart, 'reviewCart');
      serve(platform, settleCart, 'settleCart');
      platform.consumer.on(orderPaid, async () => undefined);
    });
    const product = await kit.peer('product-service', (platform) =>
      serve(platform, reserveStock, 'reserveStock'),
    );
    const payment = await kit.peer('payment-service', (platform) => {
      serve(platform, openCheckout, 'openCheckout');
      serve(platform, checkPayment, 'checkPayment');
      serve(platform, expireCheckout, 'expireCheckout');
      platform.consumer.on(orderPaid, async () => undefined);
    });
    await kit.authority();
    harness = new OrderHarness(kit, database, frontend, payment, product);
    await harness.startService(variables);
    return harness;
  }

  async startService(variables: Record<string, string> = {}): Promise<void> {
    this.#service = await this.replica(variables);
  }

  /** One more process of order-service; the caller stops it. */
  replica(variables: Record<string, string> = {}): Promise<RunningService> {
    return startOrderService(this.kit.environment(variables));
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async stop(): Promise<void> {
    await this.stopService();
    await this.kit.stop();
  }

  reset(): void {
    this.answers = usualAnswers();
    this.kit.clear();
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#service?.operationsPort}/metrics`)).text();
  }

  /** The sum of the series that begin with this text; undefined if there are none. */
  async sample(series: string): Promise<number | undefined> {
    const found = (await this.metrics()).split('\n').filter((line) => line.startsWith(series));
    if (found.length === 0) return undefined;
    return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  person(role: Person['role'] = 'shopper'): Promise<Person> {
    return this.kit.person(role);
  }

  /** Calls order-service from the frontend, for a person. */
  call<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    person?: Person,
  ): Promise<RpcReply<Contract>> {
    return this.frontend.platform.rpc.call(contract, request, { identity: person?.identity });
  }

  place(
    person: Person,
    checkoutId: string = randomUUID(),
    confirmed: Partial<RpcRequest<typeof placeOrder>> = {},
  ) {
    return this.call(placeOrder, { checkoutId, confirmedTotal: 4200, cartVersion: 3, ...confirmed }, person);
  }

  /** An order that waits for its payment. */
  async placed(by?: Person) {
    const person = by ?? (await this.person());
    return { ...expectOk(await this.place(person)), person };
  }

  /** An order that is paid, by the event. */
  async paid(by?: Person) {
    const order = await this.placed(by);
    await this.emitPaid(order.orderId);
    await this.reaches(order.orderId, 'paid');
    return order;
  }

  confirm(orderId: string, person: Person) {
    return this.call(confirmPayment, { orderId }, person);
  }

  cancel(orderId: string, person: Person, cancelToken?: string) {
    return this.call(cancelCheckout, { orderId, cancelToken }, person);
  }

  getOrder(orderId: string, person: Person) {
    return this.call(getOrder, { orderId }, person);
  }

  /** Emits an event as payment-service. */
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

  orders() {
    return this.database.collection<StoredOrder>('orders');
  }

  async stored(orderId: string): Promise<StoredOrder> {
    const found = await this.orders().findOne({ _id: orderId });
    if (!found) throw new Error(`no order ${orderId}`);
    return found;
  }

  async statesOf(orderId: string): Promise<StoredOrder['state'][]> {
    return (await this.stored(orderId)).history.map(({ state }) => state);
  }

  async reaches(orderId: string, state: StoredOrder['state']): Promise<void> {
    const reached = await until(async () => (await this.stored(orderId)).state === state, settleWithinMs);
    expect(reached, `${orderId} is ${(await this.stored(orderId)).state}, not ${state}`).toBe(true);
  }

  /** Waits for as many events about an order, and expects them to be these. */
  async expectEvents(orderId: string, events: readonly string[]): Promise<void> {
    expect(await this.kit.awaitEventsAbout(orderId, events.length)).toEqual(events);
  }

  /** Does something that makes order-service consume events, and resolves when it has settled so many of them. */
  async consumes(times: number, work: () => Promise<void>): Promise<void> {
    const count = async () => (await this.sample('events_consumed_total{')) ?? 0;
    const before = await count();
    await work();
    expect(await until(async () => (await count()) >= before + times, settleWithinMs)).toBe(true);
  }
}

import { randomBytes } from 'node:crypto';
import {
  changeProduct,
  createProduct,
  orderCancelled,
  orderPaid,
  orderRefunded,
  paymentExpired,
  paymentRefunded,
  paymentRefundFailed,
  paymentSucceeded,
  type ReservationLine,
  type RpcRequestInput,
  reserveStock,
  stockShort,
} from '@micromall/contracts';
import { until } from '@micromall/launcher';
import type { Environment, RunningService } from '@micromall/platform';
import {
  type Authority,
  createVhost,
  type Peer,
  startAuthority,
  startPeer,
  testEnvironment,
  type Vhost,
} from '@micromall/test-kit';
import { type Connection, createConnection, Types } from 'mongoose';
import { expect, inject } from 'vitest';
import { startProductService } from '../src/service.js';
import { type ProductDocument, rememberedEndings } from '../src/store/product-model.js';

export function newId(): string {
  return randomBytes(12).toString('hex');
}

const inHalfAnHour = () => new Date(Date.now() + 30 * 60_000).toISOString();

export interface Counts {
  available: number;
  reserved: number;
  sold: number;
}

/** A real product-service with its broker and database; the test plays order-service and the frontend. */
export class Bed {
  /** What order-service heard of paid orders that can't be fulfilled. */
  readonly heardShort: { messageId: string | undefined; payload: unknown }[] = [];
  readonly #delivered = new Map<string, number>();

  private constructor(
    readonly name: string,
    readonly vhost: Vhost,
    private readonly authority: Authority,
    readonly services: RunningService[],
    readonly database: Connection,
    readonly environment: Environment,
  ) {}

  frontend!: Peer;
  orders!: Peer;
  admin = '';
  shopper = '';

  /** @param topic names the virtual host and the database: unique per test file */
  static async start(topic: string, settings: Environment = {}): Promise<Bed> {
    const name = `${topic}-${randomBytes(4).toString('hex')}`;
    const mongoUrl = `${inject('mongoUrl')}/${name}`;
    const vhost = await createVhost(inject('managementUrl'), name);
    const environment = {
      ...testEnvironment(vhost.amqpUrl('product-service')),
      MONGO_URL: mongoUrl,
      ...settings,
    };
    const [authority, service, database] = await Promise.all([
      startAuthority(vhost.amqpUrl('auth-service')),
      startProductService(environment),
      createConnection(mongoUrl).asPromise(),
    ]);
    const bed = new Bed(name, vhost, authority, [service], database, environment);
    await bed.#join();
    return bed;
  }

  async #join(): Promise<void> {
    const person = { userId: newId(), name: 'Ada', email: 'ada@example.com' };
    this.admin = await this.authority.identityOf({ ...person, role: 'admin' });
    this.shopper = await this.authority.identityOf({ ...person, role: 'shopper' });
    this.frontend = await startPeer('frontend-service', this.vhost.amqpUrl('frontend-service'));
    this.orders = await startPeer('order-service', this.vhost.amqpUrl('order-service'), ({ consumer }) => {
      consumer.on(stockShort, async (payload, { messageId }) => {
        this.heardShort.push({ messageId, payload });
      });
      for (const event of [paymentSucceeded, paymentExpired, paymentRefunded, paymentRefundFailed]) {
        consumer.on(event, async () => undefined);
      }
    });
  }

  async startAnotherInstance(): Promise<void> {
    this.services.push(await startProductService(this.environment));
  }

  async stop(): Promise<void> {
    await Promise.all([this.frontend.stop(), this.orders.stop(), this.authority.stop()]);
    await Promise.all(this.services.map((service) => service.stop()));
    await this.database.dropDatabase();
    await this.database.close();
    await this.vhost.remove();
  }

  /** Adds a product as an admin does, and gives its id. */
  async product(
    quantity: number,
    more: Partial<RpcRequestInput<typeof createProduct>> = {},
  ): Promise<string> {
    const request = { name: 'Stoneware mug', price: 1850, quantity, ...more };
    const reply = await this.frontend.platform.rpc.call(createProduct, request, { identity: this.admin });
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.product.productId;
  }

  change(productId: string, qty: number) {
    return this.frontend.platform.rpc.call(changeProduct, { productId, qty }, { identity: this.admin });
  }

  reserve(orderId: string, lines: ReservationLine[], expiresAt = inHalfAnHour()) {
    return this.orders.platform.rpc.call(reserveStock, { orderId, lines, expiresAt }, { timeoutMs: 20_000 });
  }

  async mustReserve(orderId: string, lines: ReservationLine[], expiresAt = inHalfAnHour()): Promise<void> {
    const reply = await this.reserve(orderId, lines, expiresAt);
    if (!reply.ok) throw new Error(reply.error.message);
  }

  /** Each of these tells an event as order-service does, and resolves when product-service is done with it. */
  async paid(orderId: string, lines: ReservationLine[]): Promise<void> {
    const payload = { ...order(orderId), lines, total: 4200, currency: 'SGD' };
    await this.orders.platform.publisher.emit(orderPaid, payload);
    await this.#settled(orderPaid.name);
  }
  async cancelled(
    orderId: string,
    lines: ReservationLine[],
    reason: 'payment-expired' | 'out-of-stock' = 'payment-expired',
  ): Promise<void> {
    await this.orders.platform.publisher.emit(orderCancelled, { ...order(orderId), lines, reason });
    await this.#settled(orderCancelled.name);
  }
  async refunded(orderId: string, lines: ReservationLine[]): Promise<void> {
    const payload = { ...order(orderId), lines, total: 4200, currency: 'SGD' };
    await this.orders.platform.publisher.emit(orderRefunded, payload);
    await this.#settled(orderRefunded.name);
  }

  async #settled(event: string): Promise<void> {
    const expected = (this.#delivered.get(event) ?? 0) + 1;
    this.#delivered.set(event, expected);
    const handled = await until(
      async () => (await this.metric('events_consumed_total', { event, outcome: 'handled' })) >= expected,
      10_000,
    );
    expect(handled, `${event} was handled`).toBe(true);
  }

  /** The sum of a metric's samples that have these labels, over all instances. */
  async metric(name: string, labels: Record<string, string> = {}): Promise<number> {
    const pages = await Promise.all(
      this.services.map(async ({ operationsPort }) =>
        (await fetch(`http://127.0.0.1:${operationsPort}/metrics`)).text(),
      ),
    );
    const samples = pages.flatMap((page) => page.split('\n')).filter((line) => line.startsWith(`${name}{`));
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return samples
      .filter((line) => wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Lets time pass for a reservation: it ran out at `when`. */
  async runOut(orderId: string, when: Date): Promise<void> {
    await this.database
      .collection('products')
      .updateMany({ 'holds.orderId': new Types.ObjectId(orderId) }, { $set: { 'holds.$.expiresAt': when } });
  }

  /** Lets so many others buy and return a product that its own memory of earlier orders is in the archive. */
  async forgetEndings(productId: string): Promise<void> {
    const others = Array.from({ length: rememberedEndings }, () => ({
      orderId: new Types.ObjectId(),
      outcome: 'returned' as const,
    }));
    const before = (await this.document(productId)).ended.map(({ orderId }) => orderId.toHexString());
    const _id = new Types.ObjectId(productId);
    await this.database
      .collection<ProductDocument>('products')
      .updateOne({ _id }, { $push: { ended: { $each: others } } });
    const forgotten = await until(async () => {
      const remembered = (await this.document(productId)).ended.map(({ orderId }) => orderId.toHexString());
      return !before.some((orderId) => remembered.includes(orderId));
    }, 10_000);
    expect(forgotten, 'old endings are in the archive').toBe(true);
  }

  async document(productId: string): Promise<ProductDocument> {
    const document = await this.database
      .collection<ProductDocument>('products')
      .findOne({ _id: new Types.ObjectId(productId) });
    if (!document) throw new Error(`there is no product ${productId}`);
    return document;
  }

  async counts(productId: string): Promise<Counts> {
    const { available, reserved, sold } = await this.document(productId);
    return { available, reserved, sold };
  }

  /** Nothing was made or lost, nothing is below zero, and what is reserved is what orders hold. */
  async expectSound(productId: string, putIn: number): Promise<void> {
    const { available, reserved, sold, holds } = await this.document(productId);
    expect(available + reserved + sold).toBe(putIn);
    expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
    expect(holds.reduce((sum, hold) => sum + hold.quantity, 0)).toBe(reserved);
    const orders = holds.map(({ orderId }) => orderId.toHexString());
    expect(new Set(orders).size).toBe(orders.length);
  }
}

function order(orderId: string) {
  return { orderId, number: 'MM-7K3Q-9F2D', userId: newId(), occurredAt: new Date().toISOString() };
}

import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { stockShort } from '@micromall/contracts';
import { createVhost, type Vhost } from '@micromall/test-kit';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { BrokerConnection } from '../src/broker/connection.js';
import { EventPublisher } from '../src/broker/event-publisher.js';
import { PublishError } from '../src/broker/publish.js';
import { createLogger, createMetrics } from '../src/index.js';

const timeoutMs = 300;

let vhost: Vhost;
let proxy: BrokerProxy;
let connection: BrokerConnection;
let publisher: EventPublisher;
const metrics = createMetrics('product-service');

/** Stands between a service and the broker, and can keep what the service sends to itself. */
class BrokerProxy {
  readonly #clients: Socket[] = [];
  readonly #sockets: Socket[] = [];

  private constructor(private readonly server: Server) {}

  static async start(brokerPort: number): Promise<BrokerProxy> {
    const server = createServer();
    const proxy = new BrokerProxy(server);
    server.on('connection', (client) => {
      const broker = connectTcp(brokerPort, '127.0.0.1');
      for (const socket of [client, broker]) socket.on('error', () => undefined);
      client.pipe(broker).pipe(client);
      proxy.#clients.push(client);
      proxy.#sockets.push(client, broker);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The broker gets nothing from now on. */
  hold(): void {
    for (const client of this.#clients) client.pause();
  }

  release(): void {
    for (const client of this.#clients) client.resume();
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }
}

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-confirms');
  proxy = await BrokerProxy.start(inject('amqpPort'));
  const url = new URL(vhost.amqpUrl('product-service'));
  url.port = String(proxy.port);
  const logger = createLogger({ service: 'product-service', level: 'fatal' });
  connection = new BrokerConnection('publish', url.href, logger, metrics);
  publisher = new EventPublisher('product-service', connection, metrics, timeoutMs);
  await connection.open();
  await publisher.open();
});
afterAll(async () => {
  await connection?.close();
  proxy?.stop();
  await vhost?.remove();
});

async function published(outcome: string): Promise<number | undefined> {
  const { values } = await metrics.eventsPublished.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value;
}

it('an event that the broker does not confirm in time fails, and can be published again under its id', async () => {
  const emit = () => publisher.emit(stockShort, stockShort.example, { messageId: 'stock.short:1' });
  await emit();
  expect(await published('confirmed')).toBe(1);

  proxy.hold();
  const started = performance.now();
  const error = await emit().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PublishError);
  expect(String(error)).toContain(`no confirm within ${timeoutMs} ms`);
  expect(performance.now() - started).toBeLessThan(10 * timeoutMs);
  expect(await published('failed')).toBe(1);

  proxy.release();
  await emit();
  expect(await published('confirmed')).toBe(2);
  const taken = await vhost.take('order-service.events', 10);
  expect(new Set(taken.map(({ properties }) => properties.message_id))).toEqual(new Set(['stock.short:1']));
});

import { eventContracts, getCart, names, orderPaid } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { createVhost, type FetchedMessage, type Peer, startPeer, type Vhost } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { BrokerConnection } from '../src/broker/connection.js';
import { Parking } from '../src/broker/parking.js';
import { QueueConsumer, type SettleMessage } from '../src/broker/queue-consumer.js';
import { createLogger, createMetrics } from '../src/index.js';

const others = Array.from({ length: 10 }, (_, index) => `other-${index}`);
const parkingQueue = names.parkingQueue('cart-service');

let vhost: Vhost;
let order: Peer;
let cart: Peer;
/** The ids of the events that cart-service's handler got. */
const handled: (string | undefined)[] = [];
const requests: string[] = [];
let gate: Promise<void> = Promise.resolve();
let parkingExchange: string;

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-unparkable');
  parkingExchange = `exchanges/${encodeURIComponent(vhost.name)}/${names.parkingExchange}`;
  [order, cart] = await Promise.all([
    startPeer('order-service', vhost.amqpUrl('order-service'), ({ consumer }) => {
      for (const contract of Object.values(eventContracts)) {
        if (contract.subscribers.includes('order-service')) consumer.on(contract, async () => undefined);
      }
    }),
    startPeer('cart-service', vhost.amqpUrl('cart-service'), ({ server, consumer }) => {
      consumer.on(orderPaid, async (_payload, { messageId }) => {
        handled.push(messageId);
        await gate;
      });
      server.serve(getCart, async ({ id }) => {
        requests.push(id);
        await gate;
        return { ok: true, ...getCart.example.response };
      });
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([order?.stop(), cart?.stop()]);
  await vhost?.remove();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Counts how often a copy is offered to the broker. */
function countTries(): { tries: number } {
  const counted = { tries: 0 };
  const { error } = cart.platform.logger;
  vi.spyOn(cart.platform.logger, 'error').mockImplementation((...line: Parameters<typeof error>) => {
    if (line.includes('a message could not be parked, trying again')) counted.tries += 1;
  });
  return counted;
}

async function bringParkingBack(): Promise<void> {
  await vhost.management.put(parkingExchange, { type: 'direct', durable: true });
  await vhost.management.post(
    `bindings/${encodeURIComponent(vhost.name)}/e/${names.parkingExchange}/q/${parkingQueue}`,
    { routing_key: 'cart-service', arguments: {} },
  );
}

async function parked(): Promise<FetchedMessage[]> {
  const found: FetchedMessage[] = [];
  await until(async () => {
    found.push(...(await vhost.take(parkingQueue, 10)));
    return found.length > 0;
  }, 30_000);
  return found;
}

describe('a message that can not be parked', () => {
  beforeEach(async () => {
    await vhost.management.remove(parkingExchange);
  });

  it('waits while ten others in hand are handled once, is tried again ever more seldom, and is parked at last', async () => {
    const counted = countTries();
    let release: () => void = () => undefined;
    gate = new Promise((resolve) => (release = resolve));
    await vhost.publish(names.eventQueue('cart-service'), '{', {
      headers: { 'x-origin-key': 'order.paid' },
      message_id: 'unparkable',
      delivery_mode: 2,
    });
    for (const messageId of others)
      await order.platform.publisher.emit(orderPaid, orderPaid.example, { messageId });
    // All are in hand while the parking is refused a few times.
    expect(await until(() => handled.length === 10 && counted.tries >= 4, 15_000)).toBe(true);
    const { tries } = counted;
    const startedAt = performance.now();
    release();
    await order.platform.publisher.emit(orderPaid, orderPaid.example, { messageId: 'later' });
    expect(await until(() => handled.includes('later'), 5_000)).toBe(true);
    expect(await until(() => counted.tries > tries + 1, 15_000)).toBe(true);
    // The fifth pause is 1.6 s.
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);

    await bringParkingBack();
    const messages = await parked();
    expect(messages.map(({ properties }) => properties.message_id)).toEqual(['unparkable']);
    expect(handled).toEqual([...others, 'later']);
  });

  it('is answered when it is a request, and holds up no other', async () => {
    const counted = countTries();
    let release: () => void = () => undefined;
    gate = new Promise((resolve) => (release = resolve));
    await vhost.publish('get-cart', '{', { reply_to: names.guiReplies, message_id: 'unparkable' });
    for (const id of others) await vhost.publish('get-cart', JSON.stringify({ id: `guest-${id}` }));
    expect(await until(() => requests.length === 10 && counted.tries >= 3, 15_000)).toBe(true);
    const [answer] = await vhost.take(names.guiReplies, 1);
    expect(JSON.parse(answer?.payload ?? '')).toMatchObject({ error: { code: 'malformed-request' } });
    release();
    await bringParkingBack();
    expect((await parked()).map(({ properties }) => properties.message_id)).toEqual(['unparkable']);
    expect(requests).toEqual(others.map((id) => `guest-${id}`));
    // One answer: it was not delivered again.
    expect(await vhost.take(names.guiReplies, 1)).toEqual([]);
  });

  it('does not hold up a service that stops: the broker has it again', async () => {
    const consumer = await consumeAsProductService('catalog', (message, ended) =>
      consumer.parking.park(message, { queue: 'catalog', reason: 'malformed', error: 'No.' }, ended),
    );
    await vhost.publish('catalog', '{', { message_id: 'unparkable' });
    expect(await until(async () => (await consumer.inHand()) === 1, 5_000)).toBe(true);
    const startedAt = performance.now();
    await consumer.stop();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    const [message] = await vhost.take('catalog', 1);
    expect(message?.properties).toMatchObject({ message_id: 'unparkable' });
    await bringParkingBack();
  });
});

describe('a message whose work fails in a way that nobody expected', () => {
  it('goes back to its queue after a pause, and comes again', async () => {
    const deliveries: number[] = [];
    const consumer = await consumeAsProductService('catalog', async () => {
      deliveries.push(performance.now());
      if (deliveries.length === 1) throw new Error('a defect');
    });
    await vhost.publish('catalog', '{}');
    expect(await until(() => deliveries.length === 2, 5_000)).toBe(true);
    const [first = 0, second = 0] = deliveries;
    expect(second - first).toBeGreaterThan(900);
    await consumer.stop();
    expect(await vhost.take('catalog', 1)).toEqual([]);
  });
});

async function consumeAsProductService(queue: string, settle: SettleMessage) {
  const logger = createLogger({ service: 'product-service', level: 'silent' });
  const metrics = createMetrics('product-service');
  const url = vhost.amqpUrl('product-service');
  const publishing = new BrokerConnection('publish', url, logger, metrics);
  const consuming = new BrokerConnection('consume', url, logger, metrics);
  await Promise.all([publishing.open(), consuming.open()]);
  const parking = new Parking('product-service', publishing, logger, metrics);
  await parking.open();
  const options = { kind: 'requests', prefetch: 4, inFlight: metrics.rpcServingInFlight } as const;
  const consumer = new QueueConsumer(options, consuming, logger, metrics);
  await consumer.open(new Map([[queue, settle]]));
  return {
    parking,
    inHand: async () => (await metrics.rpcServingInFlight.get()).values[0]?.value,
    async stop() {
      await consumer.stop();
      await Promise.all([publishing.close(), consuming.close()]);
    },
  };
}

import { eventContracts, orderPaid, retryDelaysMs, stockShort } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { createVhost, type FetchedMessage, type Peer, startPeer, type Vhost } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { EventContext } from '../src/index.js';

const payload = {
  orderId: '66f0a1b2c3d4e5f6012345bb',
  number: 'MM-7K3Q-9F2D',
  userId: '66f0a1b2c3d4e5f601234567',
  occurredAt: '2026-11-21T12:01:00.000Z',
  lines: [{ productId: '66f0a1b2c3d4e5f6012345aa', quantity: 2 }],
  total: 4200,
  currency: 'SGD',
};
const body = JSON.stringify(payload);
/** By hand: the way in which a person sends a parked event back. */
const byHand = { headers: { 'x-origin-key': 'order.paid' }, message_id: 'm-1', delivery_mode: 2 };

let vhost: Vhost;
let order: Peer;
let cart: Peer;
let consumed: EventContext[] = [];
let handle: (context: EventContext) => void = () => undefined;

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-events');
  [order, cart] = await Promise.all([
    startPeer('order-service', vhost.amqpUrl('order-service'), ({ consumer }) => {
      for (const contract of Object.values(eventContracts)) {
        if (contract.subscribers.includes('order-service')) consumer.on(contract, async () => undefined);
      }
    }),
    startPeer('cart-service', vhost.amqpUrl('cart-service'), ({ consumer }) => {
      consumer.on(orderPaid, async (_payload, context) => {
        consumed.push(context);
        handle(context);
      });
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([order?.stop(), cart?.stop()]);
  await vhost?.remove();
});
beforeEach(() => {
  consumed = [];
  handle = () => undefined;
});

async function parked(): Promise<FetchedMessage> {
  let messages: FetchedMessage[] = [];
  await until(async () => {
    messages = await vhost.take('parking.cart-service', 1);
    return messages.length > 0;
  }, 10_000);
  const [message] = messages;
  if (!message) throw new Error('nothing was parked');
  return message;
}

describe('an event', () => {
  it('reaches its subscriber with the id that names it', async () => {
    await order.platform.publisher.emit(orderPaid, payload, { messageId: 'order.paid:1' });
    expect(await until(() => consumed.length === 1, 5_000)).toBe(true);
    expect(consumed[0]).toEqual({ messageId: 'order.paid:1', attempt: 1 });
  });

  it('is tried again with growing delays while its handler fails, and then is done', async () => {
    const times: number[] = [];
    handle = ({ attempt }) => {
      times.push(performance.now());
      if (attempt < 3) throw new Error('not yet');
    };
    await order.platform.publisher.emit(orderPaid, payload, { messageId: 'order.paid:2' });
    expect(await until(() => consumed.length === 3, 15_000)).toBe(true);
    expect(consumed.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(consumed.map(({ messageId }) => messageId))).toEqual(new Set(['order.paid:2']));
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual((retryDelaysMs[0] ?? 0) - 20);
    expect(third - second).toBeGreaterThanOrEqual((retryDelaysMs[1] ?? 0) - 20);
  });

  it('does not hold up those behind it while it waits for its next try', async () => {
    handle = ({ messageId, attempt }) => {
      if (messageId === 'bad' && attempt === 1) throw new Error('not yet');
    };
    await order.platform.publisher.emit(orderPaid, payload, { messageId: 'bad' });
    await order.platform.publisher.emit(orderPaid, payload, { messageId: 'good' });
    expect(await until(() => consumed.length === 3, 5_000)).toBe(true);
    expect(consumed.map(({ messageId }) => messageId)).toEqual(['bad', 'good', 'bad']);
  });

  it('is parked after the last try, with the reason, the first error and where it came from', async () => {
    handle = () => {
      throw new Error('still broken');
    };
    const headers = {
      ...byHand.headers,
      'x-attempt': retryDelaysMs.length + 1,
      'x-first-error': 'the very first',
    };
    await vhost.publish('cart-service.events', body, { ...byHand, headers });
    const message = await parked();
    expect(message.payload).toBe(body);
    expect(message.properties).toMatchObject({
      message_id: 'm-1',
      headers: {
        'x-reason': 'exhausted',
        'x-first-error': 'the very first',
        'x-attempt': retryDelaysMs.length + 1,
        'x-origin-key': 'order.paid',
        'x-origin-queue': 'cart-service.events',
      },
    });
  });

  it.each([
    ['that is not JSON', '{'],
    ['of another shape', JSON.stringify({ ...payload, total: 'much' })],
  ])('%s is parked at once and stops nobody', async (_what, malformed) => {
    await vhost.publish('cart-service.events', malformed, byHand);
    expect((await parked()).properties).toMatchObject({ headers: { 'x-reason': 'malformed' } });
    expect(consumed).toHaveLength(0);
    await order.platform.publisher.emit(orderPaid, payload);
    expect(await until(() => consumed.length === 1, 5_000)).toBe(true);
  });

  it('that nobody here knows is parked', async () => {
    await vhost.publish('cart-service.events', body, { headers: { 'x-origin-key': 'order.eaten' } });
    expect((await parked()).properties).toMatchObject({ headers: { 'x-reason': 'unexpected' } });
  });

  it('that no queue takes is not published: its emitter publishes it again', async () => {
    const bare = await createVhost(inject('managementUrl'), 'platform-events-bare');
    const emitter = await startPeer('product-service', bare.amqpUrl('product-service'), ({ consumer }) => {
      for (const contract of Object.values(eventContracts)) {
        if (contract.subscribers.includes('product-service')) consumer.on(contract, async () => undefined);
      }
    });
    const emit = () => emitter.platform.publisher.emit(stockShort, stockShort.example);
    await emit();
    const exchange = `exchanges/${encodeURIComponent(bare.name)}/events.product-service`;
    await bare.management.remove(exchange);
    await bare.management.put(exchange, { type: 'topic', durable: true });
    await expect(emit()).rejects.toThrow('no queue is bound');
    await emitter.stop();
    await bare.remove();
  });

  it('is not lost when its consumer dies with it in hand', async () => {
    const died = await createVhost(inject('managementUrl'), 'platform-events-died');
    const emitter = await startPeer('order-service', died.amqpUrl('order-service'), ({ consumer }) => {
      for (const contract of Object.values(eventContracts)) {
        if (contract.subscribers.includes('order-service')) consumer.on(contract, async () => undefined);
      }
    });
    let first = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const dying = await startPeer('cart-service', died.amqpUrl('cart-service'), ({ consumer }) => {
      consumer.on(orderPaid, () => {
        first += 1;
        return gate;
      });
    });
    await emitter.platform.publisher.emit(orderPaid, payload, { messageId: 'survivor' });
    await until(() => first === 1, 5_000);
    for (const { name } of await connectionsOf(died, 'cart-service')) {
      await died.management.remove(`connections/${encodeURIComponent(name)}`);
    }
    // The one that hangs also subscribes again; the event goes to whichever is asked first.
    expect(await until(() => first === 2, 15_000)).toBe(true);
    release();
    await Promise.all([emitter.stop(), dying.stop()]);
    await died.remove();
  });
});

async function connectionsOf(host: Vhost, user: string): Promise<{ name: string }[]> {
  let found: { name: string; user: string }[] = [];
  await until(async () => {
    // Parsed loosely: RabbitMQ's own shape, and only these two fields matter here.
    found = (await host.management.get(
      `vhosts/${encodeURIComponent(host.name)}/connections`,
    )) as typeof found;
    found = found.filter((connection) => connection.user === user);
    return found.length >= 2;
  }, 15_000);
  return found;
}

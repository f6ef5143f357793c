import { type ServiceName, serviceNames } from '@micromall/contracts';
import { createVhost, type Vhost } from '@micromall/test-kit';
import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

let vhost: Vhost;
const connections: ChannelModel[] = [];

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-permissions');
});
afterAll(async () => {
  for (const connection of connections) await connection.close();
  await vhost?.remove();
});

type Attempt = (channel: Awaited<ReturnType<ChannelModel['createConfirmChannel']>>) => Promise<unknown>;

/** Whether the broker lets this service's user do something; it answers a refusal by closing the channel (403). */
async function mayDo(service: ServiceName, attempt: Attempt): Promise<boolean> {
  const connection = await connect(vhost.amqpUrl(service), { noDelay: true });
  connection.on('error', () => undefined);
  connections.push(connection);
  const channel = await connection.createConfirmChannel();
  const refused = new Promise<false>((resolve) => channel.on('error', () => resolve(false)));
  const done = attempt(channel).then(
    () => true,
    () => false,
  );
  return Promise.race([done, refused]);
}

const publish =
  (exchange: string, key: string): Attempt =>
  async (channel) => {
    channel.publish(exchange, key, Buffer.from('{}'));
    await channel.waitForConfirms();
  };

describe('a service user of the broker', () => {
  it.each(serviceNames)('%s can not reach any queue through the default exchange', async (service) => {
    expect(await mayDo(service, publish('', 'refund'))).toBe(false);
  });

  it.each(['refund', 'order-service.events', 'parking.order-service', 'gui-replies'])(
    'cart-service can neither read %s nor get messages from it',
    async (queue) => {
      expect(await mayDo('cart-service', (channel) => channel.consume(queue, () => undefined))).toBe(false);
      expect(await mayDo('cart-service', (channel) => channel.get(queue))).toBe(false);
      expect(await mayDo('cart-service', (channel) => channel.purgeQueue(queue))).toBe(false);
    },
  );

  it('can not speak for another: not with its events, its calls or its name', async () => {
    expect(await mayDo('cart-service', publish('events.payment-service', 'payment.succeeded'))).toBe(false);
    expect(await mayDo('cart-service', publish('rpc.order-service', 'refund'))).toBe(false);
    expect(await mayDo('cart-service', publish('retry.order-service', '500'))).toBe(false);
    expect(await mayDo('cart-service', publish('returned.order-service', 'refund'))).toBe(false);
    const impersonate: Attempt = async (channel) => {
      channel.publish('rpc.product-service', 'catalog', Buffer.from('{}'), { userId: 'frontend-service' });
      await channel.waitForConfirms();
    };
    expect(await mayDo('cart-service', impersonate)).toBe(false);
  });

  it('can not reach past an exchange with CC or BCC', async () => {
    const copy: Attempt = async (channel) => {
      const options = { mandatory: true, CC: ['refund'], BCC: ['order-service.events'] };
      channel.publish('rpc.product-service', 'catalog', Buffer.from('{}'), options);
      await channel.waitForConfirms();
    };
    await mayDo('cart-service', copy);
    expect(await vhost.take('refund', 1)).toEqual([]);
    expect(await vhost.take('order-service.events', 1)).toEqual([]);
  });

  it('can not declare, delete or rebind what it did not make', async () => {
    expect(await mayDo('cart-service', (channel) => channel.deleteQueue('get-cart'))).toBe(false);
    expect(await mayDo('cart-service', (channel) => channel.assertQueue('mine'))).toBe(false);
    expect(await mayDo('cart-service', (channel) => channel.assertExchange('mine', 'direct'))).toBe(false);
    expect(await mayDo('cart-service', (channel) => channel.bindQueue('get-cart', 'reply', 'x'))).toBe(false);
    expect(
      await mayDo('cart-service', (channel) =>
        channel.assertQueue('reply.order-service.1', { exclusive: true }),
      ),
    ).toBe(false);
  });

  it('can do what its contracts say', async () => {
    expect(await mayDo('cart-service', (channel) => channel.consume('get-cart', () => undefined))).toBe(true);
    expect(await mayDo('cart-service', publish('rpc.product-service', 'catalog'))).toBe(true);
    expect(await mayDo('cart-service', publish('reply', 'gui-replies'))).toBe(true);
  });
});

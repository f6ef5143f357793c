import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerDefinitions, names, operatorName } from '@micromall/contracts';
import { createVhost, testPassword } from '@micromall/test-kit';
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Broker, type BrokerOptions, createBroker } from '../src/broker/broker.js';
import { usefulLines } from '../src/broker/failure.js';
import { freePorts, isPortFree, until, withPasswords } from '../src/index.js';
import type { Exit } from '../src/processes/child.js';

const definitions = brokerDefinitions();
const passwords = Object.fromEntries(definitions.users.map(({ name }) => [name, testPassword(name)]));
const readyAs = { user: operatorName, password: testPassword(operatorName) };

let parent: string;
const brokers: Broker[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'micromall broker-'));
});
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.kill()));
  rmSync(parent, { recursive: true, force: true });
});

async function newBroker(given: Partial<BrokerOptions> = {}): Promise<Broker> {
  const [amqp = 0, management = 0, metrics = 0, distribution = 0, epmd = 0, ctl = 0] = await freePorts(6);
  const broker = createBroker({
    directory: join(parent, 'node'),
    ports: { amqp, management, metrics, distribution, epmd, ctl },
    definitions: withPasswords(definitions, passwords),
    readyAs,
    ...given,
  });
  brokers.push(broker);
  return broker;
}

describe('a private RabbitMQ node', () => {
  test('makes a queue anew that an earlier version made otherwise, unless it holds messages', async () => {
    const queue = names.parkingQueue('cart-service');
    const earlier = {
      ...definitions,
      queues: definitions.queues.map((each) =>
        each.name === queue ? { ...each, arguments: { 'x-queue-type': 'quorum' } } : each,
      ),
    };
    const before = await newBroker({ definitions: withPasswords(earlier, passwords) });
    await before.start();
    await before.stop();
    const after = await newBroker();
    await after.start();
    const connection = await connect(after.amqpUrl(operatorName, testPassword(operatorName)));
    const channel = await connection.createConfirmChannel();
    // Bound as before: what is put aside arrives.
    channel.publish(names.parkingExchange, 'cart-service', Buffer.from('put aside'), { persistent: true });
    await channel.waitForConfirms();
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 1 });
    await connection.close();
    await after.stop();

    const back = await newBroker({ definitions: withPasswords(earlier, passwords) });
    await expect(back.start()).rejects.toThrow(
      `did not take over these definitions: queues: ${queue} (it exists with other arguments)`,
    );
  }, 120_000);

  test('keeps its messages through a power cut and a restart, and leaves nothing running', async () => {
    const broker = await newBroker();
    const exits: Exit[] = [];
    broker.onExit((exit) => exits.push(exit));
    await broker.start();
    const url = broker.amqpUrl(operatorName, testPassword(operatorName));
    const queue = names.parkingQueue('order-service');
    const connection = await connect(url);
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue(queue, Buffer.from('kept'), { persistent: true });
    await channel.waitForConfirms();
    connection.on('error', () => undefined);
    channel.on('error', () => undefined);
    expect(statSync(join(parent, 'node', 'definitions.json')).mode & 0o777).toBe(0o600);

    broker.signal('SIGKILL');
    expect(await until(() => exits.length > 0, 10_000)).toBe(true);
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL' }]);
    expect(await isPortFree(broker.ports.amqp)).toBe(true);
    await broker.start();
    const later = await connect(url);
    const reader = await later.createChannel();
    const message = await new Promise((resolve) => {
      void reader.consume(queue, (delivery) => resolve(delivery?.content.toString()), { noAck: true });
    });
    expect(message).toBe('kept');
    await later.close();

    await broker.stop();
    expect(broker.pid()).toBeUndefined();
    for (const port of Object.values(broker.ports)) expect(await isPortFree(port)).toBe(true);
    // Only what nobody asked for is told.
    expect(exits).toHaveLength(1);
  }, 120_000);

  test('that would lose a part of its definitions without a word is refused with the names of what is missing', async () => {
    const strange = {
      name: 'strange',
      vhost: '/',
      durable: true,
      auto_delete: false,
      arguments: { 'x-queue-type': 'no-such-type' },
    };
    const full = withPasswords(definitions, passwords);
    const broker = await newBroker({ definitions: { ...full, queues: [...full.queues, strange] } });
    await expect(broker.start()).rejects.toThrow('did not take over these definitions: queues: strange');
    expect(broker.pid()).toBeUndefined();
  }, 60_000);

  test('whose users cannot log in is refused with the name of the user', async () => {
    const broker = await newBroker({ readyAs: { user: operatorName, password: 'another' } });
    await expect(broker.start()).rejects.toThrow(`its user ${operatorName} cannot log in`);
    for (const port of Object.values(broker.ports)) expect(await isPortFree(port)).toBe(true);
  }, 60_000);
});

describe('what a failed boot shows', () => {
  test('is the reason in one line, out of hundreds', () => {
    const prefix = '2026-11-21 11:34:16.100722+00:00 [error] <0.625.0> ';
    const lines = [
      '2026-11-21 11:34:16.000000+00:00 [info] <0.1.0> starting Ra system',
      `${prefix}Failed to start Ranch listener`,
      `${prefix}BOOT FAILED`,
      `${prefix}===========`,
      `${prefix}Error during startup: {error,`,
      `${prefix}                        {could_not_start_listener,"127.0.0.1",5672,`,
      `${prefix}                         eaddrinuse}}`,
      `${prefix}`,
      'and so on',
    ];
    expect(usefulLines(lines)).toEqual([
      'Error during startup: {error, {could_not_start_listener,"127.0.0.1",5672, eaddrinuse}}',
    ]);
  });

  test('is the last errors, or else the last lines, when the boot has no summary', () => {
    const error = '2026-11-21 11:34:16.1+00:00 [error] <0.6.0> You tried to set nonsense';
    expect(usefulLines(['something else', error])).toEqual(['You tried to set nonsense']);
    expect(usefulLines(['', 'erl: command not found', ''])).toEqual(['erl: command not found']);
  });
});

describe('passwords', () => {
  test('never stand in the definitions, and a user without one is named', () => {
    const rendered = withPasswords(definitions, passwords);
    expect(JSON.stringify(rendered)).not.toContain('order-service-password');
    expect(rendered.users.every((user) => user.password_hash.length > 40)).toBe(true);
    expect(() => withPasswords(definitions, { ...passwords, 'cart-service': '' })).toThrow('cart-service');
  });
});

describe("a test's own virtual host", () => {
  test('has the topology and the permissions of the contracts, apart from the others', async () => {
    const managementUrl = inject('managementUrl');
    const vhost = await createVhost(managementUrl, `broker-test-${process.pid}`);
    try {
      expect(await vhost.publish(names.guiReplies, 'hello')).toBe(true);
      expect(await vhost.publish('no-such-queue', 'hello')).toBe(false);
      const [message] = await vhost.take(names.guiReplies, 5);
      expect(message?.payload).toBe('hello');

      const connection = await connect(vhost.amqpUrl('cart-service'));
      const channel = await connection.createChannel();
      const refused = new Promise<Error>((resolve) => channel.once('error', resolve));
      channel.sendToQueue(names.guiReplies, Buffer.from('straight into a queue'));
      expect((await refused).message).toContain('ACCESS_REFUSED');
      await connection.close();
    } finally {
      await vhost.remove();
    }
    await expect(connect(vhost.amqpUrl('cart-service'))).rejects.toThrow();
  });
});

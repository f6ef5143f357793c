import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  allEventContracts,
  allRpcContracts,
  asyncApiJson,
  brokerDefinitions,
  messagesMarkdown,
  serviceNames,
} from '../src/index.js';

const documentShape = z.object({
  components: z.object({
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    messages: z.record(
      z.string(),
      z.object({
        payload: z.record(z.string(), z.unknown()),
        examples: z.array(z.object({ payload: z.unknown() })),
      }),
    ),
  }),
});
const definitions = brokerDefinitions();
const servicePermissions = definitions.permissions.filter(({ user }) => user !== 'admin');

describe('the contracts', () => {
  it('name each queue and each event once', () => {
    const names = [
      ...allRpcContracts.map(({ queue }) => queue),
      ...allEventContracts.map(({ name }) => name),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('let no service call itself or subscribe to its own events', () => {
    for (const { owner, callers, queue } of allRpcContracts) expect(callers, queue).not.toContain(owner);
    for (const { emitter, subscribers, name } of allEventContracts)
      expect(subscribers, name).not.toContain(emitter);
  });

  it('name every queue that the users of the shop know', () => {
    const known = [
      'login',
      'create-account',
      'catalog',
      'create-product',
      'change-product',
      'get-cart',
      'change-cart',
    ];
    known.push('delete-cart', 'get-orders', 'accept-order', 'refund');
    expect(allRpcContracts.map(({ queue }) => queue)).toEqual(expect.arrayContaining(known));
  });

  it.each([
    ['catalog', { all: true }],
    ['catalog', { productIds: ['66f0a1b2c3d4e5f6012345aa'] }],
    ['get-orders', { userId: '66f0a1b2c3d4e5f601234567' }],
    ['accept-order', { orderId: '66f0a1b2c3d4e5f6012345bb' }],
    ['refund', { orderId: '66f0a1b2c3d4e5f6012345bb' }],
    ['refund', { orderId: '66f0a1b2c3d4e5f6012345bb', reason: 'fraudulent' }],
    ['change-product', { productId: '66f0a1b2c3d4e5f6012345aa', qty: -3 }],
    ['create-product', { name: 'Mug', quantity: 3, price: 1850 }],
  ])('take the payload that people type for %s', (queue, payload) => {
    const contract = allRpcContracts.find((candidate) => candidate.queue === queue);
    expect(contract?.request.safeParse(payload).error).toBeUndefined();
  });

  it.each([
    ['change-cart', { id: 'guest-12345678', itemid: { $gt: '' }, qty: 1 }],
    ['change-cart', { id: 'guest-12345678', itemid: '66f0a1b2c3d4e5f6012345aa', qty: 1.5 }],
    ['change-cart', { id: 'guest-12345678', itemid: '66f0a1b2c3d4e5f6012345aa', qty: 1e9 }],
    ['change-cart', { id: 'guest-12345678', itemid: '66f0a1b2c3d4e5f6012345aa', qty: 1, price: 1 }],
    ['create-product', { name: 'Mug', quantity: 3, price: 18.5 }],
    ['create-product', { name: 'Mug', quantity: -3, price: 1850 }],
    ['login', { email: { $ne: null }, password: 'x' }],
    ['place-order', { checkoutId: '1', confirmedTotal: 0, cartVersion: 0 }],
  ])('refuse what is not right for %s', (queue, payload) => {
    const contract = allRpcContracts.find((candidate) => candidate.queue === queue);
    expect(contract?.request.safeParse(payload).success).toBe(false);
  });
});

describe('the topology of the broker', () => {
  it('gives every service a user without any right to log in to the GUI', () => {
    for (const service of serviceNames) {
      expect(definitions.users.find(({ name }) => name === service)?.tags).toEqual([]);
    }
  });

  it('lets no service write to the default exchange, which reaches every queue', () => {
    for (const { user, write } of servicePermissions) {
      expect(new RegExp(write).test(''), user).toBe(false);
      expect(new RegExp(write).test('amq.default'), user).toBe(false);
    }
  });

  it('lets a service read only its own queues, and call only those who list it', () => {
    for (const { user, read, write } of servicePermissions) {
      for (const contract of allRpcContracts) {
        expect(new RegExp(read).test(contract.queue), `${user} reads ${contract.queue}`).toBe(
          contract.owner === user,
        );
        const calls = allRpcContracts.some(
          ({ owner, callers }) => owner === contract.owner && callers.some((caller) => caller === user),
        );
        expect(new RegExp(write).test(`rpc.${contract.owner}`), `${user} calls ${contract.owner}`).toBe(
          calls,
        );
      }
      for (const other of serviceNames.filter((name) => name !== user)) {
        expect(new RegExp(read).test(`${other}.events`)).toBe(false);
        expect(new RegExp(read).test(`parking.${other}`)).toBe(false);
        expect(new RegExp(read).test(`reply.${other}.2f1c`)).toBe(false);
        expect(new RegExp(write).test(`events.${other}`)).toBe(false);
        expect(new RegExp(write).test(`retry.${other}`)).toBe(false);
        expect(new RegExp(write).test(`returned.${other}`)).toBe(false);
      }
    }
  });

  it('keeps events in quorum queues that end in dead letters', () => {
    const eventQueues = definitions.queues.filter(({ name }) => name.endsWith('.events'));
    expect(eventQueues.length).toBeGreaterThan(0);
    for (const queue of eventQueues) {
      expect(queue.arguments).toMatchObject({
        'x-queue-type': 'quorum',
        'x-delivery-limit': expect.any(Number),
        'x-dead-letter-exchange': 'parking',
      });
    }
  });

  it('binds nothing to a queue or an exchange that does not exist', () => {
    const queues = new Set(definitions.queues.map(({ name }) => name));
    const exchanges = new Set(definitions.exchanges.map(({ name }) => name));
    for (const { source, destination } of definitions.bindings) {
      expect(exchanges).toContain(source);
      expect(queues).toContain(destination);
    }
  });

  it('holds no password and no hash of one', () => {
    expect(JSON.stringify(definitions)).not.toMatch(/password/);
  });
});

describe('the documents', () => {
  it('explain every queue and event in docs/messages.md', () => {
    const page = messagesMarkdown();
    for (const { queue } of allRpcContracts) expect(page).toContain(`### \`${queue}\``);
    for (const { name } of allEventContracts) expect(page).toContain(`### \`${name}\``);
  });

  it('resolve every reference inside the AsyncAPI document', () => {
    const text = asyncApiJson();
    const document: unknown = JSON.parse(text);
    const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      const found = reference
        .split('/')
        .reduce<unknown>((node, key) => z.record(z.string(), z.unknown()).parse(node)[key], document);
      expect(found, reference).toBeDefined();
    }
  });

  it('describe each schema once, by which every example of a message passes', () => {
    const text = asyncApiJson();
    expect(text.split('\n').length).toBeLessThan(7_000);
    // References as JSON Schema finds them within one schema.
    const { components } = documentShape.parse(
      JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')),
    );
    const shared = Object.values(components.schemas).map((schema) => JSON.stringify(schema));
    expect(shared.filter((schema) => schema.includes('"kty"'))).toHaveLength(1);
    for (const [name, { payload, examples }] of Object.entries(components.messages)) {
      const schema = z.fromJSONSchema({ ...payload, $defs: components.schemas });
      for (const example of examples) expect(schema.safeParse(example.payload).error, name).toBeUndefined();
    }
  });
});

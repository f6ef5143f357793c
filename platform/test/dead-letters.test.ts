import {
  changeCart,
  type DeadLetter,
  deadLetterContracts,
  eventContracts,
  getCart,
  mergeCart,
  orderPaid,
  orderRefundRequested,
  retryDelaysMs,
} from '@micromall/contracts';
import { until } from '@micromall/launcher';
import {
  type Authority,
  createVhost,
  type Peer,
  startAuthority,
  startPeer,
  type Vhost,
} from '@micromall/test-kit';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Caller, EventContext } from '../src/index.js';
import { ForbiddenError, RpcError } from '../src/index.js';
import { quickenRetries } from './quick-retries.js';

const paid = { ...orderPaid.example };
const shopper = {
  userId: '66f0a1b2c3d4e5f601234567',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'shopper',
} as const;
const boss = { ...shopper, email: 'boss@example.com', role: 'admin' } as const;
const change = { ...changeCart.example.request };

let vhost: Vhost;
let authority: Authority;
let frontend: Peer;
let order: Peer;
let cart: Peer;
let admin: string;
let delays: number[];

interface Consumed extends EventContext {
  readonly at: number;
}
let consumed: Consumed[] = [];
let changes: Caller[] = [];
/** What cart-service does with an event, and with a change; each test says. */
let onEvent: (context: EventContext) => void = () => undefined;
let doChange: () => void = () => undefined;

function subscribeAll(service: 'order-service' | 'payment-service', { consumer }: Peer['platform']): void {
  for (const contract of Object.values(eventContracts)) {
    if (contract.subscribers.includes(service)) consumer.on(contract, async () => undefined);
  }
}

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-dead-letters');
  delays = await quickenRetries(vhost, 'cart-service');
  authority = await startAuthority(vhost.amqpUrl('auth-service'));
  admin = await authority.identityOf(boss);
  [frontend, order, cart] = await Promise.all([
    startPeer('frontend-service', vhost.amqpUrl('frontend-service')),
    startPeer('order-service', vhost.amqpUrl('order-service'), (platform) =>
      subscribeAll('order-service', platform),
    ),
    startPeer('cart-service', vhost.amqpUrl('cart-service'), ({ server, consumer }) => {
      server.serve(getCart, async () => ({ ok: true, ...getCart.example.response }));
      server.serve(mergeCart, async () => {
        throw new Error('must not be reached');
      });
      server.serve(changeCart, async (_request, caller) => {
        doChange();
        changes.push(caller);
        return { ok: true, ...changeCart.example.response };
      });
      consumer.on(orderPaid, async (_payload, context) => {
        consumed.push({ ...context, at: performance.now() });
        onEvent(context);
      });
    }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([frontend?.stop(), order?.stop(), cart?.stop(), authority?.stop()]);
  await vhost?.remove();
});
afterEach(async () => {
  onEvent = () => undefined;
  doChange = () => undefined;
  await discard({ all: true });
  consumed = [];
  changes = [];
});

function contractsOf(service: 'cart-service' | 'payment-service') {
  const contracts = deadLetterContracts.get(service);
  if (!contracts) throw new Error(`${service} has no dead letters`);
  return contracts;
}
async function list(skip = 0, service: 'cart-service' | 'payment-service' = 'cart-service') {
  const reply = await frontend.platform.rpc.call(contractsOf(service).list, { skip }, { identity: admin });
  if (!reply.ok) throw new Error('not listed');
  return reply;
}
async function sendBack(chosen: { ids: string[] } | { all: true }) {
  const reply = await frontend.platform.rpc.call(contractsOf('cart-service').sendBack, chosen, {
    identity: admin,
  });
  if (!reply.ok) throw new Error('not sent back');
  return reply;
}
async function discard(chosen: { ids: string[] } | { all: true }) {
  return frontend.platform.rpc.call(contractsOf('cart-service').discard, chosen, { identity: admin });
}
/** Waits until so many are there. */
async function parked(count: number): Promise<DeadLetter[]> {
  let found: DeadLetter[] = [];
  await until(async () => {
    found = (await list()).deadLetters;
    return found.length === count;
  }, 15_000);
  expect(found).toHaveLength(count);
  return found;
}
async function one(): Promise<DeadLetter> {
  const [letter] = await parked(1);
  if (!letter) throw new Error('none');
  return letter;
}
async function messagesIn(queue: string): Promise<number> {
  const connection = await connect(vhost.amqpUrl('admin'));
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await connection.close();
  return messageCount;
}

describe('an event that can not be handled', () => {
  it('is tried again with growing delays, parked, holds up nobody, and has its effect once when it is sent back', async () => {
    let broken = true;
    onEvent = ({ messageId }) => {
      if (messageId === 'poison' && broken) throw new Error('the database is broken');
    };
    await order.platform.publisher.emit(orderPaid, paid, { messageId: 'poison' });
    await order.platform.publisher.emit(orderPaid, paid, { messageId: 'behind' });
    const letter = await one();

    const tries = consumed.filter(({ messageId }) => messageId === 'poison');
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [index, delay] of delays.entries())
      expect((tries[index + 1]?.at ?? 0) - (tries[index]?.at ?? 0)).toBeGreaterThanOrEqual(delay - 2);
    const behind = consumed.find(({ messageId }) => messageId === 'behind');
    expect(behind?.at).toBeLessThan(tries[2]?.at ?? 0);

    expect(letter).toMatchObject({
      queue: 'cart-service.events',
      subject: 'order.paid',
      from: 'order-service',
      reason: 'exhausted',
      firstError: 'the database is broken',
      attempts: retryDelaysMs.length + 1,
      body: { form: 'whole', text: JSON.stringify(paid) },
      notReturnable: null,
    });
    expect(letter.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(Date.now() - Date.parse(letter.parkedAt ?? '')).toBeLessThan(60_000);

    broken = false;
    consumed = [];
    const elsewhere = await messagesIn('product-service.events');
    expect(await sendBack({ ids: [letter.id] })).toEqual({
      ok: true,
      sentBack: 1,
      refused: [],
      remaining: 0,
    });
    expect(await until(() => consumed.length === 1, 5_000)).toBe(true);
    expect(consumed[0]).toMatchObject({ messageId: 'poison', attempt: 1 });
    // The others who subscribe to it had it the first time.
    expect(await messagesIn('product-service.events')).toBe(elsewhere);
    // A second press of the button finds nothing.
    expect(await sendBack({ ids: [letter.id] })).toMatchObject({ sentBack: 0, remaining: 0 });
    expect((await list()).total).toBe(0);
  });

  it('begins with the first try again when it is sent back too early', async () => {
    onEvent = () => {
      throw new Error('still broken');
    };
    await vhost.publish('cart-service.events', JSON.stringify(paid), {
      headers: { 'x-origin-key': 'order.paid', 'x-attempt': 6 },
      message_id: 'early',
      delivery_mode: 2,
    });
    await one();
    consumed = [];
    await sendBack({ all: true });
    await until(() => consumed.length === 6, 15_000);
    expect(consumed.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await one()).toMatchObject({ from: 'operator', firstError: 'still broken', attempts: 6 });
  });

  it('is put aside by the broker when its consumer dies each time, and is sent back like any other', async () => {
    const connection = await connect(vhost.amqpUrl('payment-service'));
    await vhost.take('payment-service.events', 20);
    await order.platform.publisher.emit(orderRefundRequested, orderRefundRequested.example, {
      messageId: 'killer',
    });
    for (let deaths = 0; deaths < 6; deaths += 1) {
      const channel = await connection.createChannel();
      expect(await until(async () => (await channel.get('payment-service.events')) !== false, 5_000)).toBe(
        true,
      );
      await channel.close();
    }
    await connection.close();

    let refunds = 0;
    const payment = await startPeer('payment-service', vhost.amqpUrl('payment-service'), (platform) => {
      subscribeAll('payment-service', platform);
      platform.consumer.on(orderRefundRequested, async () => {
        refunds += 1;
      });
    });
    try {
      let letters: DeadLetter[] = [];
      await until(async () => {
        letters = (await list(0, 'payment-service')).deadLetters;
        return letters.length === 1;
      }, 15_000);
      expect(letters).toMatchObject([
        {
          queue: 'payment-service.events',
          subject: 'order.refund-requested',
          from: 'order-service',
          reason: 'abandoned',
          notReturnable: null,
        },
      ]);
      const ids = letters.map(({ id }) => id);
      expect((await list(0, 'payment-service')).deadLetters.map(({ id }) => id)).toEqual(ids);
      const back = contractsOf('payment-service').sendBack;
      expect(await frontend.platform.rpc.call(back, { ids }, { identity: admin })).toMatchObject({
        sentBack: 1,
        remaining: 0,
      });
      expect(await until(() => refunds === 1, 5_000)).toBe(true);
    } finally {
      await payment.stop();
    }
  });
});

describe('a request that can not be handled', () => {
  it('is done as the operator once it is sent back, under the id that it had', async () => {
    doChange = () => {
      throw new Error('the database is away');
    };
    await vhost.publish('change-cart', JSON.stringify(change), { message_id: 'by-hand' });
    const letter = await one();
    expect(letter).toMatchObject({
      queue: 'change-cart',
      from: 'operator',
      reason: 'failed',
      firstError: 'the database is away',
      attempts: 1,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    doChange = () => undefined;
    expect(await sendBack({ ids: [letter.id] })).toMatchObject({ sentBack: 1 });
    expect(await until(() => changes.length === 1, 5_000)).toBe(true);
    expect(changes[0]).toMatchObject({ from: 'operator', callId: 'by-hand', identity: undefined });
  });

  it('has an id from then on if it had none, so that a second delivery can be told from a new wish', async () => {
    doChange = () => {
      throw new Error('the database is away');
    };
    await vhost.publish('change-cart', JSON.stringify(change));
    const letter = await one();
    doChange = () => undefined;
    await sendBack({ all: true });
    expect(await until(() => changes.length === 1, 5_000)).toBe(true);
    expect(changes[0]?.callId).toBe(letter.id);
  });

  it('that is forbidden when it is sent back goes to the dead letters again instead of nowhere', async () => {
    doChange = () => {
      throw new Error('the database is away');
    };
    await vhost.publish('change-cart', JSON.stringify(change));
    const letter = await one();
    doChange = () => {
      throw new ForbiddenError('this cart is now of an account');
    };
    await sendBack({ ids: [letter.id] });
    expect(await one()).toMatchObject({ reason: 'unexpected', firstError: 'this cart is now of an account' });
  });

  it('keeps nobody’s identity, and can not be done for a person any more', async () => {
    // The type system would not let this pass; another version of the frontend might.
    const wrong = { guest: 1 } as never;
    const call = frontend.platform.rpc.call(mergeCart, wrong, { identity: admin });
    await expect(call).rejects.toMatchObject({ fault: 'malformed-request' });
    const letter = await one();
    expect(letter.notReturnable).toContain('Ask the person to try again');
    expect(await sendBack({ ids: [letter.id] })).toEqual({
      ok: true,
      sentBack: 0,
      refused: [{ id: letter.id, why: letter.notReturnable }],
      remaining: 1,
    });
    const [raw] = await vhost.take('parking.cart-service', 1);
    expect(JSON.stringify(raw?.properties)).not.toContain(admin);
  });

  it('of a stranger is refused again, and is not lost by that', async () => {
    const connection = await connect(vhost.amqpUrl('product-service'));
    const channel = await connection.createConfirmChannel();
    await vhost.management.put(`permissions/${encodeURIComponent(vhost.name)}/product-service`, {
      configure: '^$',
      write: '^rpc\\.cart-service$',
      read: '^$',
    });
    channel.publish('rpc.cart-service', 'change-cart', Buffer.from(JSON.stringify(change)), {
      userId: 'product-service',
      headers: { 'x-origin-exchange': '', 'x-origin-key': 'change-cart', CC: ['delete-cart'] },
    });
    await channel.waitForConfirms();
    await connection.close();
    // Copied to delete-cart too: nobody consumes that here.
    const letter = await one();
    expect(letter).toMatchObject({ reason: 'unexpected', from: 'product-service' });
    await sendBack({ ids: [letter.id] });
    expect(
      await until(async () => {
        const again = (await list()).deadLetters[0];
        return again !== undefined && again.id !== letter.id;
      }, 5_000),
    ).toBe(true);
    expect(await one()).toMatchObject({ reason: 'unexpected', from: 'product-service' });
    expect(changes).toEqual([]);
    expect(await messagesIn('delete-cart')).toBe(1);
  });
});

describe('a message that another service writes into the dead letters', () => {
  it('is not believed, whatever it says about itself', async () => {
    const connection = await connect(vhost.amqpUrl('product-service'));
    await vhost.management.put(`permissions/${encodeURIComponent(vhost.name)}/product-service`, {
      configure: '^$',
      write: '^parking$',
      read: '^$',
    });
    const channel = await connection.createConfirmChannel();
    channel.publish('parking', 'cart-service', Buffer.from(JSON.stringify(paid)), {
      headers: {
        'x-reason': 'exhausted',
        'x-origin-exchange': 'events.order-service',
        'x-origin-key': 'order.paid',
        'x-origin-user': 'order-service',
        'x-origin-queue': 'cart-service.events',
      },
    });
    await channel.waitForConfirms();
    await connection.close();
    const letter = await one();
    expect(letter).toMatchObject({ from: null, reason: 'unexpected' });
    expect(letter.notReturnable).toContain('not known who published it');
    expect(await sendBack({ all: true })).toMatchObject({ sentBack: 0, remaining: 1 });
    expect(consumed).toEqual([]);
  });
});

describe('looking at dead letters', () => {
  async function park(count: number): Promise<void> {
    const before = (await list()).total;
    for (let number = 0; number < count; number += 1)
      await vhost.publish('get-cart', `{"number":${before + number}`);
    expect(await until(async () => (await list()).total === before + count, 15_000)).toBe(true);
  }

  it('a hundred times loses none of them and keeps their order', async () => {
    await park(8);
    const ids = (await list()).deadLetters.map(({ id }) => id);
    expect(new Set(ids).size).toBe(8);
    for (let looks = 0; looks < 100; looks += 1) {
      const { deadLetters, total } = await list();
      expect(total).toBe(8);
      expect(deadLetters.map(({ id }) => id)).toEqual(ids);
    }
    // Two at once wait for each other and both see all.
    expect((await Promise.all([list(), list()])).map(({ total }) => total)).toEqual([8, 8]);
    expect(await messagesIn('parking.cart-service')).toBe(8);
  });

  it('shows a page of them, the rest, and how many there are', async () => {
    await park(56);
    const [first, rest] = [await list(), await list(50)];
    expect([first.total, rest.total]).toEqual([56, 56]);
    expect([first.deadLetters.length, rest.deadLetters.length]).toEqual([50, 6]);
    const texts = [...first.deadLetters, ...rest.deadLetters].map(({ body }) => body.text);
    expect(new Set(texts).size).toBe(56);
  });

  it('shows what is too long cut, and what is no text as such', async () => {
    await vhost.publish('get-cart', `"${'é'.repeat(3_000)}`);
    await vhost.publish('get-cart', '\u0000\u0001\u0002');
    const letters = await parked(2);
    expect(letters.map(({ body }) => body)).toEqual([
      { form: 'cut', text: `"${'é'.repeat(1_999)}`, bytes: 6_001 },
      { form: 'binary', text: '000102', bytes: 3 },
    ]);
  });
});

describe('discarding dead letters', () => {
  it('takes away those that are named, and no others', async () => {
    for (const body of ['{1', '{2', '{3']) await vhost.publish('get-cart', body);
    const letters = await parked(3);
    const middle = letters.find(({ body }) => body.text === '{2')?.id ?? '';
    expect(await discard({ ids: [middle] })).toEqual({ ok: true, discarded: 1, remaining: 2 });
    expect((await parked(2)).map(({ body }) => body.text)).not.toContain('{2');
    expect(await discard({ all: true })).toEqual({ ok: true, discarded: 2, remaining: 0 });
    const { values } = await cart.platform.metrics.deadLettersSettled.get();
    const gone = values.find(({ labels }) => labels.queue === 'get-cart' && labels.outcome === 'discarded');
    expect(gone?.value).toBeGreaterThanOrEqual(3);
  });
});

describe('dead letters', () => {
  const contracts = deadLetterContracts.get('cart-service');
  it.each(Object.entries(contracts ?? {}))('are an admin’s alone: %s', async (_what, contract) => {
    await vhost.publish('get-cart', '{');
    await parked(1);
    const request = contract.example.request;
    const soon = await authority.identityOf(boss, -60);
    for (const identity of [
      undefined,
      await authority.identityOf(shopper),
      soon,
      `${admin.slice(0, -4)}AAAA`,
    ]) {
      const call = frontend.platform.rpc.call(contract, request, { identity });
      await expect(call).rejects.toMatchObject({ fault: 'forbidden' });
    }
    // order-service calls cart-service too, but is no caller of this, whoever it speaks for.
    const call = order.platform.rpc.call(contract, request, { identity: admin });
    await expect(call).rejects.toBeInstanceOf(RpcError);
    await expect(call).rejects.toMatchObject({ fault: 'forbidden' });
    await vhost.take('parking.cart-service', 20);
  });
});

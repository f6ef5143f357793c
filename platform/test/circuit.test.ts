import { getCart, getIdentityKeys, login, orderPaid, rpcContracts } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { createVhost, type Peer, startPeer, type Vhost } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { RpcError } from '../src/index.js';

const account = {
  userId: '66f0a1b2c3d4e5f601234567',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'shopper',
} as const;
const accepted = { ok: true, account, identity: 'x'.repeat(30) } as const;
const credentials = { email: 'ada@example.com', password: 'correct horse' };
const guest = { id: 'guest-12345678' };
const emptyCart = { ok: true, ...getCart.example.response } as const;

let vhost: Vhost;
let frontend: Peer;
let auth: Peer;
let answer: () => Promise<unknown> = async () => accepted;

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-circuit');
  [frontend, auth] = await Promise.all([
    startPeer('frontend-service', vhost.amqpUrl('frontend-service')),
    startPeer('auth-service', vhost.amqpUrl('auth-service'), ({ server }) => {
      // A handler that lies about its type is what a faulty service is.
      server.serve(login, async () => (await answer()) as never);
      server.serve(getIdentityKeys, async () => ({ ok: true, keys: [] }));
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([frontend?.stop(), auth?.stop()]);
  await vhost?.remove();
});
beforeEach(() => {
  answer = async () => accepted;
});

async function outcomeOf(call: Promise<{ ok: boolean }>): Promise<string> {
  try {
    return (await call).ok ? 'ok' : 'failure';
  } catch (error) {
    if (error instanceof RpcError) return error.fault;
    throw error;
  }
}
const askForCart = (timeoutMs = 100) => outcomeOf(frontend.platform.rpc.call(getCart, guest, { timeoutMs }));
const logIn = (timeoutMs?: number) =>
  outcomeOf(frontend.platform.rpc.call(login, credentials, { timeoutMs }));

async function circuitOf(queue: string): Promise<number | undefined> {
  const { values } = await frontend.platform.metrics.rpcCircuitOpen.get();
  return values.find(({ labels }) => labels.queue === queue)?.value;
}

async function outcomes(count: number, call: () => Promise<string>): Promise<string[]> {
  const seen: string[] = [];
  for (let done = 0; done < count; done += 1) seen.push(await call());
  return seen;
}

describe('the circuit of a queue', () => {
  it('opens after a few calls in a row that nobody answers, not after one, and leaves other queues alone', async () => {
    expect(await circuitOf('get-cart')).toBe(0);
    expect(await askForCart()).toBe('timeout');
    expect(await circuitOf('get-cart')).toBe(0);
    expect(await outcomes(3, askForCart)).toEqual(['timeout', 'timeout', 'timeout']);
    expect(await circuitOf('get-cart')).toBe(1);
    const started = performance.now();
    expect(await askForCart(15_000)).toBe('circuit-open');
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(await logIn()).toBe('ok');
  });

  it('lets one call at a time try, and refuses those beside it', async () => {
    let tried: string[] = [];
    // The pause of the open circuit passes, then of ten calls at once one is sent.
    expect(
      await until(async () => {
        tried = await Promise.all(Array.from({ length: 10 }, () => askForCart(300)));
        return tried.includes('timeout');
      }, 5_000),
    ).toBe(true);
    expect(tried.filter((outcome) => outcome === 'timeout')).toHaveLength(1);
    expect(tried.filter((outcome) => outcome === 'circuit-open')).toHaveLength(9);
  });

  it('closes by itself when the service is there, which finds only what somebody still waits for', async () => {
    await outcomes(20, askForCart);
    let served = 0;
    const cart = await startPeer('cart-service', vhost.amqpUrl('cart-service'), ({ server, consumer }) => {
      server.serve(getCart, async () => {
        served += 1;
        return emptyCart;
      });
      consumer.on(orderPaid, async () => undefined);
    });
    const startedAt = performance.now();
    expect(await until(async () => (await askForCart(5_000)) === 'ok', 10_000)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(served).toBe(1);
    expect(await circuitOf('get-cart')).toBe(0);
    expect(await outcomes(3, askForCart)).toEqual(['ok', 'ok', 'ok']);
    await cart.stop();
  });

  it('stays closed for a service that answers, however slowly', async () => {
    answer = () => new Promise((resolve) => setTimeout(() => resolve(accepted), 250));
    const seen = await outcomes(12, () => logIn(100));
    expect(new Set(seen)).toEqual(new Set(['timeout']));
    expect(await circuitOf('login')).toBe(0);
    const late = async () => (await frontend.platform.metrics.lateReplies.get()).values[0]?.value;
    expect(await until(async () => (await late()) === seen.length, 5_000)).toBe(true);
  });

  it('closes by an answer that comes too late, too', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    answer = () => gate.then(() => accepted);
    await outcomes(4, () => logIn(50));
    expect(await circuitOf('login')).toBe(1);
    release();
    expect(await until(async () => (await circuitOf('login')) === 0, 5_000)).toBe(true);
    expect(await logIn()).toBe('ok');
  });

  it.each([
    ['expected failures', { ok: false, error: { code: 'wrong-credentials', message: 'No.' } }, 'failure'],
    ['answers that are malformed', 7, 'malformed-reply'],
  ])('stays closed for %s', async (_what, reply, outcome) => {
    answer = async () => reply;
    expect(new Set(await outcomes(8, logIn))).toEqual(new Set([outcome]));
    expect(await circuitOf('login')).toBe(0);
  });

  it('stays closed for a handler that throws', async () => {
    answer = async () => {
      throw new Error('broken');
    };
    expect(new Set(await outcomes(8, logIn))).toEqual(new Set(['failed']));
  });

  it('opens for a queue that does not exist', async () => {
    const nowhere = { ...rpcContracts.login, queue: 'no-such-queue' };
    const call = () => outcomeOf(frontend.platform.rpc.call(nowhere, credentials));
    expect(await outcomes(5, call)).toEqual([...Array(4).fill('unroutable'), 'circuit-open']);
  });
});

describe('too many calls at once', () => {
  it('are told at once that it is busy; those before them are answered, and so is whoever comes later', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    answer = () => gate.then(() => accepted);
    const calls: Promise<string>[] = [];
    for (let tick = 0; tick < 100; tick += 1) {
      for (let each = 0; each < 10; each += 1) calls.push(logIn(20_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const waiting = frontend.platform.rpc.inFlight;
    expect(waiting).toBe(1_000);
    const started = performance.now();
    expect(await logIn(20_000)).toBe('busy');
    expect(performance.now() - started).toBeLessThan(1_000);
    // The service works on no more at once than it has said.
    const { values } = await auth.platform.metrics.rpcServingInFlight.get();
    expect(values[0]?.value).toBe(64);
    release();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']));
    expect(await logIn()).toBe('ok');
    expect(await circuitOf('login')).toBe(0);
  });

  it('that fill the connection wait outside until it has drained', async () => {
    // A long header makes a request two writes instead of one: these fill the buffer before the bound on calls is met.
    const options = { identity: 'x'.repeat(4_000), timeoutMs: 20_000 };
    const call = () => outcomeOf(frontend.platform.rpc.call(login, credentials, options));
    const seen = await Promise.all(Array.from({ length: 900 }, call));
    expect(new Set(seen)).toEqual(new Set(['ok', 'busy']));
    expect(await until(async () => (await logIn()) === 'ok', 5_000)).toBe(true);
  });
});

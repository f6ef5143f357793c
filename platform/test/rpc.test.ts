import {
  changeProduct,
  createAccount,
  eventContracts as eventsOfOrders,
  getCart,
  getIdentityKeys,
  login,
  rpcContracts,
} from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { createVhost, startAuthority, startPeer, type Vhost } from '@micromall/test-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { RpcError } from '../src/index.js';

const account = {
  userId: '66f0a1b2c3d4e5f601234567',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'shopper',
} as const;
const accepted = { ok: true, account, identity: 'x'.repeat(30) } as const;
const credentials = { email: 'ada@example.com', password: 'correct horse' };

let vhost: Vhost;
let frontend: Awaited<ReturnType<typeof startPeer>>;
let auth: Awaited<ReturnType<typeof startPeer>>;
/** What auth-service does with a login; each test says. */
let answer: (password: string) => Promise<unknown> = async () => accepted;

beforeAll(async () => {
  vhost = await createVhost(inject('managementUrl'), 'platform-rpc');
  [frontend, auth] = await Promise.all([
    startPeer('frontend-service', vhost.amqpUrl('frontend-service')),
    startPeer('auth-service', vhost.amqpUrl('auth-service'), ({ server }) => {
      // A handler that lies about its type is what a faulty service is.
      server.serve(login, async ({ password }) => (await answer(password)) as never);
      server.serve(createAccount, async () => accepted);
      server.serve(getIdentityKeys, async () => ({ ok: true, keys: [] }));
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([frontend?.stop(), auth?.stop()]);
  await vhost?.remove();
});

async function faultOf(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => 'answered',
    (error: unknown) => error,
  );
  if (outcome instanceof RpcError) return outcome.fault;
  throw new Error(`no RpcError but ${String(outcome)}`);
}

describe('a call', () => {
  it('brings the answer back to the one who asked, whatever else is in flight', async () => {
    answer = async (password) => ({ ...accepted, account: { ...account, name: password } });
    const names = Array.from({ length: 200 }, (_, index) => `name ${index}`);
    const replies = await Promise.all(
      names.map((password) => frontend.platform.rpc.call(login, { ...credentials, password })),
    );
    expect(replies.map((reply) => (reply.ok ? reply.account.name : reply.error.code))).toEqual(names);
    expect(frontend.platform.rpc.inFlight).toBe(0);
  });

  it('gets an expected failure as a value', async () => {
    answer = async () => ({
      ok: false,
      error: { code: 'wrong-credentials', message: 'No.', details: undefined },
    });
    const reply = await frontend.platform.rpc.call(login, credentials);
    expect(reply).toEqual({
      ok: false,
      error: { code: 'wrong-credentials', message: 'No.', details: undefined },
    });
  });

  it('ends as a timeout when the answer takes too long, and the late answer does no harm', async () => {
    let release: () => void = () => undefined;
    answer = () => new Promise((resolve) => (release = () => resolve(accepted)));
    expect(await faultOf(frontend.platform.rpc.call(login, credentials, { timeoutMs: 200 }))).toBe('timeout');
    release();
    answer = async () => accepted;
    expect((await frontend.platform.rpc.call(login, credentials)).ok).toBe(true);
    const late = async () => (await frontend.platform.metrics.lateReplies.get()).values[0]?.value ?? 0;
    expect(await until(async () => (await late()) === 1, 5_000)).toBe(true);
  });

  it('ends as a timeout when nobody consumes its queue', async () => {
    expect(
      await faultOf(frontend.platform.rpc.call(getCart, { id: 'guest-12345678' }, { timeoutMs: 200 })),
    ).toBe('timeout');
  });

  it('ends at once when the broker has no such queue', async () => {
    const nowhere = { ...rpcContracts.login, queue: 'no-such-queue' };
    const started = performance.now();
    expect(await faultOf(frontend.platform.rpc.call(nowhere, credentials))).toBe('unroutable');
    expect(performance.now() - started).toBeLessThan(nowhere.timeoutMs / 2);
  });

  it('ends as failed when the handler throws, with the trace id to look for', async () => {
    answer = async () => {
      throw new Error('secret detail');
    };
    const error = await frontend.platform.rpc.call(login, credentials).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RpcError);
    expect(String(error)).toMatch(/trace id [0-9a-f]{32}/);
    expect(String(error)).not.toContain('secret detail');
  });

  it.each([
    ['not an object', 7],
    ['a field of the wrong type', { ...accepted, account: { ...account, role: 'king' } }],
    ['a failure that the contract does not name', { ok: false, error: { code: 'tired', message: 'No.' } }],
  ])('refuses an answer that is malformed: %s', async (_what, malformed) => {
    answer = async () => malformed;
    expect(await faultOf(frontend.platform.rpc.call(login, credentials))).toBe('malformed-reply');
  });

  it('is refused with a clear sentence when its request is malformed, and a copy is parked', async () => {
    answer = async () => accepted;
    // The type system would not let this pass; another program on the broker might.
    const call = frontend.platform.rpc.call(login, { email: 'nobody', password: '' });
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: 'malformed-request' });
    expect(String(error)).toContain('must be an e-mail address such as ada@example.com');
    const [parked] = await vhost.take('parking.auth-service', 10);
    expect(parked?.properties).toMatchObject({
      headers: { 'x-reason': 'malformed', 'x-origin-queue': 'login' },
    });
  });

  it('is not worked on once its deadline has passed', async () => {
    let worked = 0;
    answer = async () => {
      worked += 1;
      return accepted;
    };
    await vhost.publish('login', JSON.stringify(credentials), { headers: { 'x-deadline': Date.now() - 1 } });
    await vhost.publish('login', JSON.stringify(credentials));
    expect(await until(async () => worked > 0, 5_000)).toBe(true);
    expect(worked).toBe(1);
  });

  it('is forbidden to a service that the contract does not list', async () => {
    const cart = await startPeer('order-service', vhost.amqpUrl('order-service'), ({ consumer }) => {
      for (const event of [
        'paymentSucceeded',
        'paymentExpired',
        'paymentRefunded',
        'paymentRefundFailed',
        'stockShort',
      ] as const)
        consumer.on(eventsOfOrders[event], async () => undefined);
    });
    try {
      // order-service may write to auth-service's exchange (for get-identity-keys), but is no caller of login.
      expect(await faultOf(cart.platform.rpc.call(login, credentials))).toBe('forbidden');
    } finally {
      await cart.stop();
    }
  });

  it('needs an identity where its contract says so, and a forged one does not count', async () => {
    const product = await startPeer(
      'product-service',
      vhost.amqpUrl('product-service'),
      ({ server, consumer }) => {
        server.serve(changeProduct, async () => {
          throw new Error('must not be reached');
        });
        for (const event of ['orderPaid', 'orderCancelled', 'orderRefunded'] as const)
          consumer.on(eventsOfOrders[event], async () => undefined);
      },
    );
    try {
      const change = { productId: '66f0a1b2c3d4e5f6012345aa', qty: 5 };
      const call = (identity?: string) => frontend.platform.rpc.call(changeProduct, change, { identity });
      expect(await faultOf(call())).toBe('forbidden');
      expect(await faultOf(call(`${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`))).toBe('forbidden');
    } finally {
      await product.stop();
    }
  });
});

describe('a call that its caller can do without', () => {
  it('gets the answer, and an expected failure, like any other', async () => {
    answer = async () => accepted;
    expect(await frontend.platform.rpc.tryCall(login, credentials)).toEqual(accepted);
    const failure = {
      ok: false,
      error: { code: 'wrong-credentials', message: 'No.', details: undefined },
    };
    answer = async () => failure;
    expect(await frontend.platform.rpc.tryCall(login, credentials)).toEqual(failure);
  });

  it('gets `unavailable` with its cause in place of a fault', async () => {
    answer = async () => {
      throw new Error('the database is away');
    };
    const reply = await frontend.platform.rpc.tryCall(login, credentials);
    expect(reply).toMatchObject({ ok: false, error: { code: 'unavailable', cause: { fault: 'failed' } } });
    if (reply.ok || reply.error.code !== 'unavailable') throw new Error('expected no answer');
    expect(reply.error.cause).toBeInstanceOf(RpcError);
    expect(reply.error.message).toBe(reply.error.cause.message);
  });

  it('still throws what is a defect of the caller', async () => {
    // JSON can't hold a bigint; the type system would not let this pass.
    const wrong = { ...credentials, password: 1n } as never;
    await expect(frontend.platform.rpc.tryCall(login, wrong)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a request that a person publishes into the queue', () => {
  it('is answered in gui-replies when it says so', async () => {
    answer = async () => accepted;
    await vhost.publish('login', JSON.stringify(credentials), {
      reply_to: 'gui-replies',
      correlation_id: 'by-hand',
    });
    let body = '';
    await until(async () => {
      const [message] = await vhost.take('gui-replies', 1);
      body = message?.payload ?? '';
      return body !== '';
    }, 5_000);
    expect(JSON.parse(body)).toEqual(accepted);
  });

  it.each([
    ['not JSON', '{"email":'],
    ['not the right fields', '{"mail":"ada@example.com"}'],
    ['not even text', '\u0000\u0001\u0002'],
  ])('never stops the consumer, even when it is %s: it is explained and parked', async (_what, body) => {
    answer = async () => accepted;
    await vhost.publish('get-identity-keys', body, { reply_to: 'gui-replies' });
    let reply = '';
    await until(async () => {
      const [message] = await vhost.take('gui-replies', 1);
      reply = message?.payload ?? '';
      return reply !== '';
    }, 5_000);
    expect(JSON.parse(reply)).toMatchObject({ ok: false, error: { code: 'malformed-request' } });
    const parked = await vhost.take('parking.auth-service', 10);
    expect(parked.map(({ payload }) => payload)).toContain(body);
    expect((await frontend.platform.rpc.call(login, credentials)).ok).toBe(true);
  });

  it('is parked when it fails and nobody waits for its answer', async () => {
    answer = async () => {
      throw new Error('the database is away');
    };
    await vhost.publish('login', JSON.stringify(credentials), { message_id: 'once more' });
    let parked: Awaited<ReturnType<Vhost['take']>> = [];
    await until(async () => {
      parked = await vhost.take('parking.auth-service', 10);
      return parked.length > 0;
    }, 5_000);
    expect(parked[0]?.properties).toMatchObject({
      message_id: 'once more',
      headers: { 'x-reason': 'failed' },
    });
  });

  it.each([
    ['fails', JSON.stringify({ ...credentials, password: 'hush hush' })],
    ['has a wrong field', JSON.stringify({ ...credentials, password: 'hush hush', remember: true })],
    ['is not quite JSON', '"hush hush" is my password'],
  ])('keeps its password to itself when it is parked because it %s', async (_what, body) => {
    answer = async () => {
      throw new Error('the database is away');
    };
    await vhost.publish('login', body);
    let parked: Awaited<ReturnType<Vhost['take']>> = [];
    await until(async () => {
      parked = await vhost.take('parking.auth-service', 10);
      return parked.length > 0;
    }, 5_000);
    expect(parked).toHaveLength(1);
    expect(parked[0]?.payload).toBe('');
    expect(parked[0]?.properties).toMatchObject({ headers: { 'x-withheld-bytes': body.length } });
    expect(JSON.stringify(parked)).not.toContain('hush');
  });
});

describe('a service that stops', () => {
  it('finishes the request in hand and leaves the rest to others', async () => {
    const stopping = await createVhost(inject('managementUrl'), 'platform-rpc-stop');
    let begun = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = await startPeer('auth-service', stopping.amqpUrl('auth-service'), (platform) => {
      platform.server.serve(login, async () => {
        begun += 1;
        await gate;
        return accepted;
      });
    });
    const caller = await startPeer('frontend-service', stopping.amqpUrl('frontend-service'));
    const call = caller.platform.rpc.call(login, credentials, { timeoutMs: 30_000 });
    await until(async () => begun === 1, 5_000);
    const stopped = server.stop().then(() => 'stopped');
    const path = `queues/${encodeURIComponent(stopping.name)}/login?columns=consumers`;
    const taken = until(
      async () => ((await stopping.management.get(path)) as { consumers?: number }).consumers === 0,
      20_000,
    );
    // It takes nothing new any more, and is still there for what it has in hand.
    expect(await Promise.race([stopped, taken])).toBe(true);
    release();
    expect((await call).ok).toBe(true);
    expect(await stopped).toBe('stopped');
    await caller.stop();
    await stopping.remove();
  });
});

describe('an identity', () => {
  it('is verified with the keys of auth-service, and its role counts', async () => {
    const other = await createVhost(inject('managementUrl'), 'platform-identity');
    const authority = await startAuthority(other.amqpUrl('auth-service'));
    const seen: string[] = [];
    const product = await startPeer(
      'product-service',
      other.amqpUrl('product-service'),
      ({ server, consumer }) => {
        server.serve(changeProduct, async (_request, caller) => {
          seen.push(caller.identity?.email ?? 'nobody');
          return { ok: false, error: { code: 'product-unknown', message: 'No.', details: undefined } };
        });
        for (const event of ['orderPaid', 'orderCancelled', 'orderRefunded'] as const)
          consumer.on(eventsOfOrders[event], async () => undefined);
      },
    );
    const caller = await startPeer('frontend-service', other.amqpUrl('frontend-service'));
    const change = { productId: '66f0a1b2c3d4e5f6012345aa', qty: 5 };
    const call = (identity: string) => caller.platform.rpc.call(changeProduct, change, { identity });

    const admin = await authority.identityOf({ ...account, email: 'boss@example.com', role: 'admin' });
    expect(await call(admin)).toMatchObject({ error: { code: 'product-unknown' } });
    expect(await faultOf(call(await authority.identityOf(account)))).toBe('forbidden');
    expect(await faultOf(call(await authority.identityOf({ ...account, role: 'admin' }, -60)))).toBe(
      'forbidden',
    );
    expect(await faultOf(call(`${admin.slice(0, -4)}AAAA`))).toBe('forbidden');
    expect(seen).toEqual(['boss@example.com']);

    await Promise.all([authority.stop(), product.stop(), caller.stop()]);
    await other.remove();
  });
});

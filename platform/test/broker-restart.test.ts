import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerDefinitions, getIdentityKeys, login, operatorName } from '@micromall/contracts';
import { type Broker, freePorts, startBroker, until, withPasswords } from '@micromall/launcher';
import { type Peer, startPeer, testPassword } from '@micromall/test-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RpcError } from '../src/index.js';

const account = {
  userId: '66f0a1b2c3d4e5f601234567',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'shopper',
} as const;
const credentials = { email: 'ada@example.com', password: 'correct horse' };

let directory: string;
let broker: Broker;
let frontend: Peer;
let auth: Peer;
let begun = 0;
let answer: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'micromall-restart-'));
  const [amqp = 0, management = 0, metrics = 0, distribution = 0, epmd = 0, ctl = 0] = await freePorts(6);
  const definitions = brokerDefinitions();
  broker = await startBroker({
    directory,
    ports: { amqp, management, metrics, distribution, epmd, ctl },
    definitions: withPasswords(
      definitions,
      Object.fromEntries(definitions.users.map(({ name }) => [name, testPassword(name)])),
    ),
    readyAs: { user: operatorName, password: testPassword(operatorName) },
  });
  const url = (user: string) => broker.amqpUrl(user, testPassword(user));
  [frontend, auth] = await Promise.all([
    startPeer('frontend-service', url('frontend-service')),
    startPeer('auth-service', url('auth-service'), ({ server }) => {
      server.serve(login, async () => {
        begun += 1;
        await answer();
        return { ok: true, account, identity: 'x'.repeat(30) };
      });
      server.serve(getIdentityKeys, async () => ({ ok: true, keys: [] }));
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([frontend?.stop(), auth?.stop()]);
  await broker?.kill();
  await rm(directory, { recursive: true, force: true });
});

async function ready(peer: Peer): Promise<number> {
  return (await fetch(`http://127.0.0.1:${peer.operationsPort}/readyz`)).status;
}

it('a broker that dies fails the calls in flight at once, and everybody comes back by itself with it', async () => {
  expect(await ready(frontend)).toBe(200);
  let release: () => void = () => undefined;
  answer = () => new Promise((resolve) => (release = resolve));
  const inFlight = frontend.platform.rpc.call(login, credentials).catch((error: unknown) => error);
  await until(() => begun === 1, 5_000);
  const killedAt = performance.now();
  await broker.kill();

  const error = await inFlight;
  expect(error).toBeInstanceOf(RpcError);
  expect(error).toMatchObject({ fault: 'disconnected', queue: 'login' });
  expect(performance.now() - killedAt).toBeLessThan(login.timeoutMs);

  // However often it is tried: a broker that is away says nothing about the services.
  for (let tries = 0; tries < 10; tries += 1) {
    const meanwhile = await frontend.platform.rpc.call(login, credentials).catch((thrown: unknown) => thrown);
    expect(meanwhile).toMatchObject({ fault: 'disconnected' });
  }
  expect(await ready(frontend)).toBe(503);
  expect((await fetch(`http://127.0.0.1:${frontend.operationsPort}/healthz`)).status).toBe(200);

  release();
  answer = async () => undefined;
  await broker.start();
  const answered = async () => {
    const reply = await frontend.platform.rpc
      .call(login, credentials, { timeoutMs: 500 })
      .catch(() => undefined);
    return reply?.ok === true;
  };
  expect(await until(answered, 20_000)).toBe(true);
  expect(await until(async () => (await ready(frontend)) === 200 && (await ready(auth)) === 200, 5_000)).toBe(
    true,
  );
}, 60_000);

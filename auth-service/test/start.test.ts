import { createAccount, getIdentityKeys, login, renewIdentity } from '@micromall/contracts';
import { ConfigurationError } from '@micromall/platform';
import { expectOk, metricSum, type Peer } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { startAuthService } from '../src/service.js';
import { type AuthHarness, ada, claimsOf, startAuthHarness } from './harness.js';

let auth: AuthHarness;
let verifier: Peer;

beforeAll(async () => {
  auth = await startAuthHarness();
  verifier = await auth.harness.peer('cart-service');
});
afterEach(() => auth.reset());
afterAll(() => auth.stop());

function logIn(email: string, password: string) {
  return auth.rpc.call(login, { email, password });
}

it('a new shop has an admin to log in with, created from the environment', async () => {
  await auth.start({ FIRST_ADMIN_EMAIL: 'Owner@Example.com', FIRST_ADMIN_PASSWORD: 'a long sentence' });
  const { account } = expectOk(await logIn('owner@example.com', 'a long sentence'));
  expect(account.role).toBe('admin');
  expect(await logIn('admin@micromall.test', 'admin')).toMatchObject({ ok: false });
});

it('the next start creates no second admin and does not change the first one', async () => {
  await (await auth.start()).stop();
  await auth.start({ FIRST_ADMIN_EMAIL: 'other@example.com', FIRST_ADMIN_PASSWORD: 'a long sentence' });
  expectOk(await logIn('admin@micromall.test', 'admin'));
  expect(await logIn('other@example.com', 'a long sentence')).toMatchObject({ ok: false });
  expect(await auth.database.collection('accounts').countDocuments()).toBe(1);
});

it('a shopper whose address is named as that of the first admin does not become one by it', async () => {
  const first = await auth.start();
  expectOk(await auth.rpc.call(createAccount, ada));
  await first.stop();
  await auth.database.collection('accounts').deleteMany({ role: 'admin' });

  const service = await auth.start({ FIRST_ADMIN_EMAIL: ada.email });
  expect(expectOk(await logIn(ada.email, ada.password)).account.role).toBe('shopper');
  expect(await metricSum([service], 'auth_first_admin_impossible_total')).toBe(1);
});

it('production refuses the default password, left out or written down', async () => {
  for (const given of [{}, { FIRST_ADMIN_PASSWORD: 'admin' }]) {
    const start = startAuthService({ ...auth.harness.environment(), ...given, NODE_ENV: 'production' });
    await expect(start).rejects.toThrow(ConfigurationError);
    await expect(start).rejects.toThrow(/FIRST_ADMIN_PASSWORD/);
  }
  const chosen = { FIRST_ADMIN_PASSWORD: 'a long sentence', NODE_ENV: 'production' };
  expect(readConfig({ ...auth.harness.environment(), ...chosen }).FIRST_ADMIN_PASSWORD).toBe(
    'a long sentence',
  );
});

it('a wrong environment is refused in one message that names each wrong variable, but no secret', () => {
  const read = () => readConfig({ FIRST_ADMIN_EMAIL: 'nobody', FIRST_ADMIN_PASSWORD: 'abc', MONGO_URL: 'x' });
  expect(read).toThrow(/FIRST_ADMIN_EMAIL="nobody": must be an e-mail address/);
  expect(read).toThrow(/FIRST_ADMIN_PASSWORD: must have at least 5 characters/);
  expect(read).toThrow(/RABBITMQ_URL is not set/);
  expect(read).not.toThrow(/abc/);
});

it('two replicas start at once on an empty database: one admin, one key, and each accepts what the other signed', async () => {
  await Promise.all([auth.start(), auth.start()]);
  const { rpc } = auth;

  const accounts = await auth.database.collection('accounts').find().toArray();
  expect(accounts).toMatchObject([{ email: 'admin@micromall.test', role: 'admin' }]);
  expect(await auth.database.collection('signing-keys').countDocuments()).toBe(1);

  // The broker hands the requests of a queue to its consumers in turn, so both replicas are asked.
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => verifier.platform.rpc.call(getIdentityKeys, {})),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(expectOk(answer).keys))).size).toBe(1);

  const request = { email: 'admin@micromall.test', password: 'admin' };
  const logins = await Promise.all(Array.from({ length: 4 }, () => rpc.call(login, request)));
  for (const { identity } of logins.map(expectOk)) {
    for (let replica = 0; replica < 2; replica += 1) expectOk(await rpc.call(renewIdentity, { identity }));
    expect(await verifier.platform.verifyIdentity(identity)).toMatchObject({ role: 'admin' });
  }
});

it('one e-mail address is registered ten times at once, on two replicas: one account, nine are refused', async () => {
  await Promise.all([auth.start(), auth.start()]);
  const { rpc } = auth;
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, attempt) =>
      rpc.call(
        createAccount,
        { ...ada, name: `Ada ${attempt}`, password: `correct horse ${attempt}` },
        { timeoutMs: 20_000 },
      ),
    ),
  );
  const created = replies.filter((reply) => reply.ok);
  expect(created).toHaveLength(1);
  for (const refused of replies.filter((reply) => !reply.ok)) {
    expect(refused).toMatchObject({ error: { code: 'email-taken' } });
  }
  expect(await auth.database.collection('accounts').countDocuments({ email: ada.email })).toBe(1);

  const winner = replies.findIndex((reply) => reply.ok);
  const again = await rpc.call(login, { email: ada.email, password: `correct horse ${winner}` });
  expect(expectOk(again).account.name).toBe(`Ada ${winner}`);
});

it('a key outlives its service: who was logged in before a restart still is', async () => {
  const first = await auth.start();
  const { identity } = expectOk(await auth.rpc.call(createAccount, ada));
  await first.stop();
  await auth.start();
  const renewed = expectOk(await auth.rpc.call(renewIdentity, { identity }));
  expect(claimsOf(renewed.identity).sub).toBe(claimsOf(identity).sub);
});

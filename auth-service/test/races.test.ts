import { createAccount, getIdentityKeys, login, renewIdentity } from '@micromall/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AuthBed, ada, claimsOf, expectOk, startAuthBed } from './bed.js';

let bed: AuthBed;

beforeEach(async () => {
  bed = await startAuthBed('races');
});
afterEach(() => bed.stop());

it('two replicas start at once on an empty database: one admin, one key, and each accepts what the other signed', async () => {
  await Promise.all([bed.start(), bed.start()]);
  const { rpc } = bed.frontend.platform;

  const accounts = await bed.database.collection('accounts').find().toArray();
  expect(accounts).toMatchObject([{ email: 'admin@micromall.test', role: 'admin' }]);
  expect(await bed.database.collection('signing-keys').countDocuments()).toBe(1);

  // The broker hands the requests of a queue to its consumers in turn, so both replicas are asked.
  const verifier = await bed.startVerifier();
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

it('one e-mail address is registered ten times at once, on two replicas: one account, nine are told', async () => {
  await Promise.all([bed.start(), bed.start()]);
  const { rpc } = bed.frontend.platform;
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
  expect(await bed.database.collection('accounts').countDocuments({ email: ada.email })).toBe(1);

  const winner = replies.findIndex((reply) => reply.ok);
  const again = await rpc.call(login, { email: ada.email, password: `correct horse ${winner}` });
  expect(expectOk(again).account.name).toBe(`Ada ${winner}`);
});

it('a key outlives its service: who was logged in before a restart still is', async () => {
  const first = await bed.start();
  const { identity } = expectOk(await bed.frontend.platform.rpc.call(createAccount, ada));
  await first.stop();
  await bed.start();
  const renewed = expectOk(await bed.frontend.platform.rpc.call(renewIdentity, { identity }));
  expect(claimsOf(renewed.identity).sub).toBe(claimsOf(identity).sub);
});

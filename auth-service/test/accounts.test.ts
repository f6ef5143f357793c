import { createAccount, login, type RpcContract, renewIdentity } from '@micromall/contracts';
import type { RunningService } from '@micromall/platform';
import { expectOk, metricSum } from '@micromall/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthHarness, ada, claimsOf, startAuthHarness } from './harness.js';

let auth: AuthHarness;
let service: RunningService;

beforeAll(async () => {
  auth = await startAuthHarness();
  service = await auth.start();
});
afterAll(() => auth.stop());

function create(person: { name: string; email: string; password: string }) {
  return auth.rpc.call(createAccount, person);
}
function logIn(email: string, password: string) {
  return auth.rpc.call(login, { email, password });
}

describe('a new shopper', () => {
  it('creates an account, is logged in by that, and can log in again', async () => {
    const created = expectOk(await create(ada));
    expect(created.account).toEqual({
      userId: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Ada',
      email: 'ada@example.com',
      role: 'shopper',
    });
    expect(claimsOf(created.identity)).toMatchObject({ sub: created.account.userId, role: 'shopper' });

    const again = expectOk(await logIn(ada.email, ada.password));
    expect(again.account).toEqual(created.account);
  });

  it('may write the e-mail address in any case and with spaces around, and it stays one account', async () => {
    const created = expectOk(await create({ ...ada, email: '  Grace@Example.COM ' }));
    expect(created.account.email).toBe('grace@example.com');
    const reply = await create({ ...ada, email: 'GRACE@example.com' });
    expect(reply).toMatchObject({ ok: false, error: { code: 'email-taken' } });
    expectOk(await logIn('gracE@example.com', ada.password));
  });

  it('may have a password of any letters, however the keyboard encodes them', async () => {
    const composed = 'caf\u00e9 \u2603 \u{1f600} noir';
    const decomposed = 'cafe\u0301 \u2603 \u{1f600} noir';
    await create({ ...ada, email: 'emoji@example.com', password: composed });
    expectOk(await logIn('emoji@example.com', decomposed));
  });

  it('can not become an admin by asking', async () => {
    const request = { ...ada, email: 'eve@example.com', role: 'admin' };
    await expect(create(request)).rejects.toMatchObject({ fault: 'malformed-request' });
    expect(await logIn('eve@example.com', ada.password)).toMatchObject({ ok: false });
  });

  it('whose request is delivered three times gets the same answer each time, and another request is refused', async () => {
    const request = { ...ada, email: 'twice@example.com' };
    const ask = (correlationId: string, times = 1) =>
      auth.harness.askFromGui('create-account', request, { correlation_id: correlationId }, times);
    const replies = [...(await ask('first', 2)), ...(await ask('first'))];

    const { account } = replies[0] as { account: object };
    expect(account).toMatchObject({ email: 'twice@example.com' });
    for (const reply of replies) expect(reply).toMatchObject({ ok: true, account });
    expect(await ask('other')).toMatchObject([{ ok: false, error: { code: 'email-taken' } }]);
    expect(await auth.database.collection('accounts').countDocuments({ email: 'twice@example.com' })).toBe(1);
  });
});

describe('a login', () => {
  it('is refused in the same words for a wrong password and for an unknown address', async () => {
    await create({ ...ada, email: 'hopper@example.com' });
    const wrongPassword = await logIn('hopper@example.com', 'wrong horse');
    const unknown = await logIn('nobody@example.com', 'wrong horse');
    expect(wrongPassword).toMatchObject({ ok: false, error: { code: 'wrong-credentials' } });
    expect(unknown).toEqual(wrongPassword);
  });

  it('works beside an identity in the same request, which is not asked for', async () => {
    const { identity } = expectOk(await create({ ...ada, email: 'both@example.com' }));
    const request = { email: 'both@example.com', password: ada.password };
    expectOk(await auth.rpc.call(login, request, { identity }));
  });

  it('is counted by its outcome', async () => {
    const countOf = (outcome: string) => metricSum([service], 'auth_logins_total', { outcome });
    await create({ ...ada, email: 'counted@example.com' });
    const before = { accepted: await countOf('accepted'), refused: await countOf('refused') };
    await logIn('counted@example.com', ada.password);
    await logIn('counted@example.com', 'wrong horse');
    await logIn('nobody@example.com', 'wrong horse');
    expect(await countOf('accepted')).toBe(before.accepted + 1);
    expect(await countOf('refused')).toBe(before.refused + 2);
  });
});

describe('a password', () => {
  it('is stored as Argon2id with the parameters that OWASP advises, each with a salt of its own', async () => {
    await create({ ...ada, email: 'salt-1@example.com' });
    await create({ ...ada, email: 'salt-2@example.com' });
    const documents = await auth.database
      .collection('accounts')
      .find({ email: { $in: ['salt-1@example.com', 'salt-2@example.com'] } })
      .toArray();
    const hashes = documents.map(({ passwordHash }) => String(passwordHash));
    expect(hashes).toHaveLength(2);
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(JSON.stringify(documents)).not.toContain(ada.password);
  });

  it('needs 8 letters and may have 128', async () => {
    const short = create({ ...ada, email: 'short@example.com', password: '1234567' });
    await expect(short).rejects.toMatchObject({ message: expect.stringContaining('at least 8 characters') });
    const long = create({ ...ada, email: 'long@example.com', password: 'x'.repeat(129) });
    await expect(long).rejects.toMatchObject({ message: expect.stringContaining('at most 128 characters') });
    expectOk(await create({ ...ada, email: 'long@example.com', password: 'x'.repeat(128) }));
    expectOk(await logIn('long@example.com', 'x'.repeat(128)));
    expect(await logIn('long@example.com', 'x'.repeat(127))).toMatchObject({ ok: false });
  });
});

describe('a request that is not what the contract says', () => {
  const huge = 'x'.repeat(200_000);
  const requests: [string, RpcContract, unknown][] = [
    ['an operator for the e-mail address', login, { email: { $gt: '' }, password: ada.password }],
    ['an operator for the password', login, { email: ada.email, password: { $ne: null } }],
    ['an operator beside the fields', login, { email: ada.email, password: ada.password, $where: '1' }],
    ['a list for the e-mail address', login, { email: [ada.email], password: ada.password }],
    ['no password', login, { email: ada.email }],
    ['a huge password', login, { email: ada.email, password: huge }],
    ['a huge e-mail address', login, { email: `${huge}@example.com`, password: ada.password }],
    ['an operator for the name', createAccount, { ...ada, email: 'new@example.com', name: { $set: 'x' } }],
    ['a huge name', createAccount, { ...ada, email: 'new@example.com', name: huge }],
    ['an empty name', createAccount, { ...ada, email: 'new@example.com', name: '   ' }],
    ['a huge new password', createAccount, { ...ada, email: 'new@example.com', password: huge }],
    ['something that is no e-mail address', createAccount, { ...ada, email: 'new at example' }],
    ['an operator for the identity', renewIdentity, { identity: { $exists: true } }],
    ['a huge identity', renewIdentity, { identity: huge }],
  ];

  it.each(requests)('%s is refused with a sentence, and changes nothing', async (_, contract, request) => {
    const before = await auth.database.collection('accounts').countDocuments();
    await expect(auth.rpc.call(contract, request)).rejects.toMatchObject({
      fault: 'malformed-request',
      message: expect.stringContaining('A right one:'),
    });
    expect(await auth.database.collection('accounts').countDocuments()).toBe(before);
    expectOk(await logIn(ada.email, ada.password));
  });

  it('markup in a name is stored as it was written, for the pages to escape', async () => {
    const name = '<script>alert(1)</script>';
    const reply = await create({ ...ada, email: 'markup@example.com', name });
    expect(expectOk(reply).account.name).toBe(name);
  });
});

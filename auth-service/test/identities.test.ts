import {
  createAccount,
  deadLetterContracts,
  getIdentityKeys,
  login,
  renewIdentity,
} from '@micromall/contracts';
import { identityAudience, identityIssuer } from '@micromall/platform';
import { expectOk } from '@micromall/test-kit';
import { importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSigningKey } from '../src/clients/identities.js';
import { publicKeyOf, type SigningKey } from '../src/domain/signing-key.js';
import { type AuthHarness, ada, claimsOf, startAuthHarness } from './harness.js';

const day = 24 * 60 * 60;
let auth: AuthHarness;
let ownKey: SigningKey;

beforeAll(async () => {
  auth = await startAuthHarness();
  await auth.start({ FIRST_ADMIN_EMAIL: 'boss@example.com', FIRST_ADMIN_PASSWORD: 'correct horse' });
  const stored = await auth.database.collection('signing-keys').findOne({});
  ownKey = { kid: String(stored?.kid), x: String(stored?.x), d: String(stored?.d) };
});
afterAll(() => auth.stop());

let people = 0;
async function newPerson() {
  people += 1;
  const person = { ...ada, email: `person-${people}@example.com` };
  return expectOk(await auth.rpc.call(createAccount, person));
}
function renew(identity: string) {
  return auth.rpc.call(renewIdentity, { identity });
}
/** A token of any making, as a forger or the past would bring it. */
async function tokenFor(
  userId: string,
  options: { key?: SigningKey; endedSeconds?: number; audience?: string; issuer?: string } = {},
): Promise<string> {
  const key = options.key ?? ownKey;
  const end = Math.floor(Date.now() / 1_000) - (options.endedSeconds ?? -60);
  return new SignJWT({ name: 'Ada', email: 'ada@example.com', role: 'admin' })
    .setProtectedHeader({ alg: 'EdDSA', kid: ownKey.kid })
    .setSubject(userId)
    .setIssuer(options.issuer ?? identityIssuer)
    .setAudience(options.audience ?? identityAudience)
    .setIssuedAt(end - 3_600)
    .setExpirationTime(end)
    .sign(await importJWK({ ...publicKeyOf(key), d: key.d }, 'EdDSA'));
}
const ended = { ok: false, error: { code: 'identity-ended' } };

describe('an identity', () => {
  it('says who a person is for one hour, signed with a key that the other services can ask for', async () => {
    const { account, identity } = await newPerson();
    const claims = claimsOf(identity);
    expect(claims).toMatchObject({
      sub: account.userId,
      name: account.name,
      email: account.email,
      role: 'shopper',
      iss: identityIssuer,
      aud: identityAudience,
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
    expect(Object.keys(claims).sort()).toEqual(['aud', 'email', 'exp', 'iat', 'iss', 'name', 'role', 'sub']);

    const { platform } = await auth.harness.peer('cart-service');
    const { userId, name, email, role } = account;
    expect(await platform.verifyIdentity(identity)).toMatchObject({ userId, name, email, role });
    const forged = await tokenFor(account.userId, { key: await newSigningKey() });
    expect(await platform.verifyIdentity(forged)).toBeUndefined();
    const { keys } = expectOk(await platform.rpc.call(getIdentityKeys, {}));
    expect(keys).toEqual([publicKeyOf(ownKey)]);
  });
});

describe('renewing an identity', () => {
  it('gives a fresh one for the same person', async () => {
    const { account, identity } = await newPerson();
    const renewed = expectOk(await renew(identity));
    expect(renewed.account).toEqual(account);
    expect(claimsOf(renewed.identity)).toMatchObject({ sub: account.userId, role: 'shopper' });
  });

  it('works for a week after its end, and not a day longer', async () => {
    const { account } = await newPerson();
    expectOk(await renew(await tokenFor(account.userId, { endedSeconds: 6 * day })));
    expect(await renew(await tokenFor(account.userId, { endedSeconds: 8 * day }))).toMatchObject(ended);
  });

  it('shows the name and role that the account has now, not those of the old identity', async () => {
    const { account, identity } = await newPerson();
    await auth.database
      .collection('accounts')
      .updateOne({ _id: new Types.ObjectId(account.userId) }, { $set: { role: 'admin', name: 'Countess' } });
    const promoted = expectOk(await renew(identity));
    expect(promoted.account).toMatchObject({ role: 'admin', name: 'Countess' });
    expect(claimsOf(promoted.identity)).toMatchObject({ role: 'admin', name: 'Countess' });
  });

  it('takes a role away that the account has lost', async () => {
    const { account } = await newPerson();
    const stillAdmin = await tokenFor(account.userId);
    expect(claimsOf(stillAdmin)).toMatchObject({ role: 'admin' });
    expect(claimsOf(expectOk(await renew(stillAdmin)).identity)).toMatchObject({ role: 'shopper' });
  });

  it('ends when the account is gone', async () => {
    const { account, identity } = await newPerson();
    await auth.database.collection('accounts').deleteOne({ _id: new Types.ObjectId(account.userId) });
    expect(await renew(identity)).toMatchObject(ended);
  });

  it('is refused for everything that this shop did not sign for this use', async () => {
    const { account, identity } = await newPerson();
    const [header, , signature] = identity.split('.');
    const otherClaims = Buffer.from(JSON.stringify({ ...claimsOf(identity), role: 'admin' })).toString(
      'base64url',
    );
    const unsigned = new UnsecuredJWT(claimsOf(identity)).encode();
    const forgeries = [
      await tokenFor(account.userId, { key: await newSigningKey() }),
      await tokenFor(account.userId, { audience: 'another shop' }),
      await tokenFor(account.userId, { issuer: 'another issuer' }),
      `${header}.${otherClaims}.${signature}`,
      unsigned,
      'not a token, but long enough',
    ];
    for (const forgery of forgeries) expect(await renew(forgery)).toMatchObject(ended);
  });
});

it('the admin, whom auth-service recognises by its own keys, sees that a message of login was put aside but no password', async () => {
  const contracts = deadLetterContracts.get('auth-service');
  if (!contracts) throw new Error('auth-service has no dead letters');
  const { rpc } = auth;
  const boss = expectOk(await rpc.call(login, { email: 'boss@example.com', password: 'correct horse' }));
  await auth.harness.vhost.publish('login', JSON.stringify({ ...ada, password: 'hush hush' }));

  let letters: unknown[] = [];
  await expect
    .poll(async () => {
      const reply = expectOk(await rpc.call(contracts.list, {}, { identity: boss.identity }));
      letters = reply.deadLetters;
      return letters.length;
    })
    .toBe(1);
  expect(letters).toMatchObject([
    { queue: 'login', reason: 'malformed', body: { form: 'withheld', text: '' } },
  ]);
  expect(JSON.stringify(letters)).not.toContain('hush');

  const refused = expectOk(await rpc.call(contracts.sendBack, { all: true }, { identity: boss.identity }));
  expect(refused).toMatchObject({ sentBack: 0, remaining: 1 });
  expect(refused.refused[0]?.why).toContain('Its body was not kept');
  await expect(rpc.call(contracts.list, {})).rejects.toMatchObject({ fault: 'forbidden' });
});

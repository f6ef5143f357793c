import { createAccount, login } from '@micromall/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthBed, ada, claimsOf, expectOk, startAuthBed } from './bed.js';

let bed: AuthBed;
let operationsPort: number;
const patience = { timeout: 10_000 };

beforeAll(async () => {
  bed = await startAuthBed('accounts');
  ({ operationsPort } = await bed.start());
});
afterAll(() => bed.stop());

function create(person: { name: string; email: string; password: string }) {
  return bed.frontend.platform.rpc.call(createAccount, person);
}
function logIn(email: string, password: string) {
  return bed.frontend.platform.rpc.call(login, { email, password });
}
/** Answers to calls made by hand, by their correlation id. */
async function answersToOperator(count: number): Promise<{ id: unknown; reply: unknown }[]> {
  const taken: { id: unknown; reply: unknown }[] = [];
  await expect
    .poll(async () => {
      for (const { payload, properties } of await bed.vhost.take('gui-replies', 10)) {
        const { correlation_id: id } = properties as Record<string, unknown>;
        taken.push({ id, reply: JSON.parse(payload) });
      }
      return taken.length;
    }, patience)
    .toBe(count);
  return taken;
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

  it('keeps a password of any letters, however the keyboard codes them', async () => {
    const composed = 'caf\u00e9 \u2603 \u{1f600} noir';
    const decomposed = 'cafe\u0301 \u2603 \u{1f600} noir';
    await create({ ...ada, email: 'emoji@example.com', password: composed });
    expectOk(await logIn('emoji@example.com', decomposed));
  });

  it('can not make itself an admin', async () => {
    const request = { ...ada, email: 'eve@example.com', role: 'admin' };
    await expect(create(request)).rejects.toMatchObject({ fault: 'malformed-request' });
    expect(await logIn('eve@example.com', ada.password)).toMatchObject({ ok: false });
  });

  it('whose request is delivered three times gets the same answer each time, and another one is told that the address is taken', async () => {
    const body = JSON.stringify({ ...ada, email: 'twice@example.com' });
    const send = (correlationId: string) =>
      bed.vhost.publish('create-account', body, { correlation_id: correlationId, reply_to: 'gui-replies' });
    await Promise.all([send('first'), send('first')]);
    const [first, atOnce] = await answersToOperator(2);
    await send('first');
    await send('other');
    const replies = await answersToOperator(2);

    expect(first?.reply).toMatchObject({ ok: true, account: { email: 'twice@example.com' } });
    const { account } = first!.reply as { account: object };
    expect(atOnce?.reply).toMatchObject({ ok: true, account });
    expect(replies.find(({ id }) => id === 'first')?.reply).toMatchObject({ ok: true, account });
    expect(replies.find(({ id }) => id === 'other')?.reply).toMatchObject({
      ok: false,
      error: { code: 'email-taken' },
    });
    expect(await bed.database.collection('accounts').countDocuments({ email: 'twice@example.com' })).toBe(1);
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

  it('takes as long for an unknown address as for a known one', async () => {
    await create({ ...ada, email: 'timed@example.com' });
    async function timeOf(email: string): Promise<number> {
      const started = performance.now();
      await logIn(email, 'wrong horse');
      return performance.now() - started;
    }
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      known.push(await timeOf('timed@example.com'));
      unknown.push(await timeOf('nobody@example.com'));
    }
    // The quickest of each: what it takes when nothing else keeps the machine busy.
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('works beside an identity in the same request, which is not asked for', async () => {
    const { identity } = expectOk(await create({ ...ada, email: 'both@example.com' }));
    const request = { email: 'both@example.com', password: ada.password };
    expectOk(await bed.frontend.platform.rpc.call(login, request, { identity }));
  });

  it('is counted by its outcome', async () => {
    const countOf = async (outcome: string) => {
      const text = await (await fetch(`http://127.0.0.1:${operationsPort}/metrics`)).text();
      return Number(
        new RegExp(`auth_logins_total{[^}]*outcome="${outcome}"[^}]*} (\\d+)`).exec(text)?.[1] ?? 0,
      );
    };
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
  it('is kept as Argon2id with the parameters that OWASP advises, each with a salt of its own', async () => {
    await create({ ...ada, email: 'salt-1@example.com' });
    await create({ ...ada, email: 'salt-2@example.com' });
    const documents = await bed.database
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

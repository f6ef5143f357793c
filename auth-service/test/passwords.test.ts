import { availableParallelism } from 'node:os';
import * as argon2 from '@node-rs/argon2';
import { expect, it, vi } from 'vitest';
import { type Argon2, createPasswords } from '../src/clients/passwords.js';
import type { Context } from '../src/context.js';
import { logIn } from '../src/use-cases/log-in.js';

const stored = {
  userId: '66f0a1b2c3d4e5f601234567',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'shopper',
  createdBy: undefined,
} as const;

it('a login costs the same work for an unknown address as for a known one: one verification with the same parameters', async () => {
  const verified: string[] = [];
  const counting: Argon2 = {
    hash: argon2.hash,
    verify(hash, password) {
      verified.push(hash);
      return argon2.verify(hash, password);
    },
  };
  const passwords = createPasswords(async () => counting);
  const passwordHash = await passwords.hash('correct horse');
  const context = {
    passwords,
    accounts: {
      findByEmail: async (email: string) =>
        email === stored.email ? { ...stored, passwordHash } : undefined,
    },
    events: { loginRefused: vi.fn() },
  } as unknown as Context;

  expect(await logIn(context, { email: stored.email, password: 'wrong horse' })).toBeUndefined();
  expect(await logIn(context, { email: 'nobody@example.com', password: 'wrong horse' })).toBeUndefined();

  expect(verified).toHaveLength(2);
  const [known, unknown] = verified.map((hash) => {
    const [, algorithm, version, parameters, salt, digest] = hash.split('$');
    return { algorithm, version, parameters, saltLength: salt?.length, digestLength: digest?.length };
  });
  expect(known?.parameters).toBe('m=19456,t=2,p=1');
  expect(unknown).toEqual(known);
});

it('as many passwords are hashed at once as there are processors; the others wait, and one that fails lets the next begin', async () => {
  let running = 0;
  let most = 0;
  const slow: Argon2 = {
    hash: async () => '',
    async verify(_, password) {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (password === 'out of memory') throw new Error(password);
      return true;
    },
  };
  const passwords = createPasswords(async () => slow);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 4 * availableParallelism() }, (_, index) =>
      passwords.matches(undefined, index === 0 ? 'out of memory' : 'correct horse'),
    ),
  );
  expect(most).toBe(availableParallelism());
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

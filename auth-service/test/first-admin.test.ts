import { createAccount, login } from '@micromall/contracts';
import { ConfigurationError } from '@micromall/platform';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { startAuthService } from '../src/service.js';
import { type AuthBed, ada, expectOk, startAuthBed } from './bed.js';

let bed: AuthBed;

beforeEach(async () => {
  bed = await startAuthBed('first-admin');
});
afterEach(() => bed.stop());

function logIn(email: string, password: string) {
  return bed.frontend.platform.rpc.call(login, { email, password });
}

it('a new shop has an admin to log in with, made from the environment', async () => {
  await bed.start({ FIRST_ADMIN_EMAIL: 'Owner@Example.com', FIRST_ADMIN_PASSWORD: 'a long sentence' });
  const { account } = expectOk(await logIn('owner@example.com', 'a long sentence'));
  expect(account.role).toBe('admin');
  expect(await logIn('admin@micromall.test', 'admin')).toMatchObject({ ok: false });
});

it('the next start makes no second admin and does not change the first one', async () => {
  await (await bed.start()).stop();
  await bed.start({ FIRST_ADMIN_EMAIL: 'other@example.com', FIRST_ADMIN_PASSWORD: 'a long sentence' });
  expectOk(await logIn('admin@micromall.test', 'admin'));
  expect(await logIn('other@example.com', 'a long sentence')).toMatchObject({ ok: false });
  expect(await bed.database.collection('accounts').countDocuments()).toBe(1);
});

it('a shopper whose address is named as that of the first admin does not become one by it', async () => {
  const first = await bed.start();
  expectOk(await bed.frontend.platform.rpc.call(createAccount, ada));
  await first.stop();
  await bed.database.collection('accounts').deleteMany({ role: 'admin' });

  const { operationsPort } = await bed.start({ FIRST_ADMIN_EMAIL: ada.email });
  expect(expectOk(await logIn(ada.email, ada.password)).account.role).toBe('shopper');
  const metrics = await (await fetch(`http://127.0.0.1:${operationsPort}/metrics`)).text();
  expect(metrics).toMatch(/auth_first_admin_impossible_total{[^}]*} 1/);
});

it('production refuses the default password, left out or written down', async () => {
  for (const given of [{}, { FIRST_ADMIN_PASSWORD: 'admin' }]) {
    const start = startAuthService({ ...bed.environment, ...given, NODE_ENV: 'production' });
    await expect(start).rejects.toThrow(ConfigurationError);
    await expect(start).rejects.toThrow(/FIRST_ADMIN_PASSWORD/);
  }
  const chosen = { FIRST_ADMIN_PASSWORD: 'a long sentence', NODE_ENV: 'production' };
  expect(readConfig({ ...bed.environment, ...chosen }).FIRST_ADMIN_PASSWORD).toBe('a long sentence');
});

it('a wrong environment is told in one message that names each wrong variable, but no secret', () => {
  const read = () => readConfig({ FIRST_ADMIN_EMAIL: 'nobody', FIRST_ADMIN_PASSWORD: 'abc', MONGO_URL: 'x' });
  expect(read).toThrow(/FIRST_ADMIN_EMAIL="nobody": must be an e-mail address/);
  expect(read).toThrow(/FIRST_ADMIN_PASSWORD: must have at least 5 characters/);
  expect(read).toThrow(/RABBITMQ_URL is not set/);
  expect(read).not.toThrow(/abc/);
});

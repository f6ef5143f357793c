import fs from 'node:fs';
import { createAccount, login, renewIdentity } from '@micromall/contracts';
import { expectOk } from '@micromall/test-kit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AuthHarness, ada, startAuthHarness } from './harness.js';

/*
 * These two tests look at the whole process, so their file needs a process of its own.
 */
let auth: AuthHarness;

beforeAll(async () => {
  auth = await startAuthHarness();
});
afterAll(() => auth.stop());

function loadedLibraries(): string {
  const report = process.report.getReport() as { sharedObjects: string[] };
  return report.sharedObjects.join('\n');
}

it('a service that has seen no password has not loaded the hashing library', async () => {
  await auth.database.collection('accounts').insertOne({
    name: 'Admin',
    email: 'admin@micromall.test',
    role: 'admin',
    passwordHash:
      '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    createdAt: new Date(),
  });
  const service = await auth.start();
  expect(loadedLibraries()).not.toMatch(/argon2/);
  await auth.rpc.call(login, { email: ada.email, password: ada.password });
  expect(loadedLibraries()).toMatch(/argon2/);
  await service.stop();
});

it('no log line has a password, a hash or a token, not even at level trace', async () => {
  const written: string[] = [];
  // The lines go to standard output as in production; this reads them where they leave the process.
  const write = vi.spyOn(fs, 'write').mockImplementation(((_fd: number, text: string, ...rest: unknown[]) => {
    written.push(String(text));
    const callback = rest.at(-1);
    if (typeof callback === 'function')
      setImmediate(callback as (error: null, bytes: number) => void, null, Buffer.byteLength(text));
  }) as typeof fs.write);
  const secret = 'hunter2-hunter2-hunter2';
  const { rpc } = auth;
  const service = await auth.start({ LOG_LEVEL: 'trace' });
  const { identity } = expectOk(await rpc.call(createAccount, { ...ada, password: secret }));
  await rpc.call(createAccount, { ...ada, password: secret });
  await rpc.call(login, { email: ada.email, password: secret });
  await rpc.call(login, { email: ada.email, password: `${secret}!` });
  await rpc.call(renewIdentity, { identity });
  await rpc.call(renewIdentity, { identity: `${identity}x` });
  await expect(rpc.call(login, { email: ada.email, password: secret, more: 1 } as never)).rejects.toThrow();
  await auth.harness.vhost.publish('login', JSON.stringify({ email: ada.email, password: secret }), {
    reply_to: 'gui-replies',
  });
  await expect.poll(() => written.join(''), { timeout: 10_000 }).toContain('request of the operator handled');
  await service.stop();
  await expect.poll(() => written.join(''), { timeout: 10_000 }).toContain('"msg":"stopped"');
  write.mockRestore();

  const log = written.join('');
  expect(log).toContain('"msg":"account created"');
  expect(log).toContain('"msg":"login refused"');
  expect(log).not.toContain(secret);
  expect(log).not.toContain('$argon2id$');
  expect(log).not.toContain(identity.split('.')[2]);
});

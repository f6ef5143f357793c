import { createAccount, login, type RpcContract, renewIdentity } from '@micromall/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuthBed, ada, expectOk, startAuthBed } from './bed.js';

let bed: AuthBed;

beforeAll(async () => {
  bed = await startAuthBed('bad-input');
  await bed.start();
  expectOk(await bed.frontend.platform.rpc.call(createAccount, ada));
});
afterAll(() => bed.stop());

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
  const before = await bed.database.collection('accounts').countDocuments();
  await expect(bed.frontend.platform.rpc.call(contract, request)).rejects.toMatchObject({
    fault: 'malformed-request',
    message: expect.stringContaining('A right one:'),
  });
  expect(await bed.database.collection('accounts').countDocuments()).toBe(before);
  expectOk(await bed.frontend.platform.rpc.call(login, credentials));
});

const credentials = { email: ada.email, password: ada.password };

it('markup in a name is kept as it was written, for the pages to escape', async () => {
  const name = '<script>alert(1)</script>';
  const reply = await bed.frontend.platform.rpc.call(createAccount, {
    ...ada,
    email: 'markup@example.com',
    name,
  });
  expect(expectOk(reply).account.name).toBe(name);
});

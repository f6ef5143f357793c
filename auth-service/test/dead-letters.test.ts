import { deadLetterContracts, login } from '@micromall/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuthBed, ada, expectOk, startAuthBed } from './bed.js';

let bed: AuthBed;
const contracts = deadLetterContracts.get('auth-service');

beforeAll(async () => {
  bed = await startAuthBed('dead-letters');
  await bed.start({ FIRST_ADMIN_EMAIL: 'boss@example.com', FIRST_ADMIN_PASSWORD: 'correct horse' });
});
afterAll(() => bed.stop());

it('the admin, whom auth-service recognises by its own keys, sees that a message of login was put aside but no password', async () => {
  if (!contracts) throw new Error('auth-service has no dead letters');
  const { rpc } = bed.frontend.platform;
  const boss = expectOk(await rpc.call(login, { email: 'boss@example.com', password: 'correct horse' }));
  await bed.vhost.publish('login', JSON.stringify({ ...ada, password: 'hush hush' }));

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

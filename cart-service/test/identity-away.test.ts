import { randomUUID } from 'node:crypto';
import { deleteCart, getIdentityKeys } from '@micromall/contracts';
import { createVhost, startPeer, testEnvironment } from '@micromall/test-kit';
import { createConnection } from 'mongoose';
import { expect, inject, it, onTestFinished } from 'vitest';
import { startCartService } from '../src/service.js';
import { expectOk, newId } from './bed.js';

it('while auth-service is ill, who comes with an identity is told at once, and guests notice nothing', async () => {
  const name = `cart-identity-away-${randomUUID().slice(0, 8)}`;
  const vhost = await createVhost(inject('managementUrl'), name);
  const mongoUrl = new URL(inject('mongoUrl'));
  mongoUrl.pathname = `/${name}`;
  const database = await createConnection(mongoUrl.href).asPromise();
  let askedForKeys = 0;
  const running = await Promise.all([
    startPeer('auth-service', vhost.amqpUrl('auth-service'), ({ server }) => {
      server.serve(getIdentityKeys, async () => {
        askedForKeys += 1;
        throw new Error('auth-service is ill');
      });
    }),
    startCartService({ ...testEnvironment(vhost.amqpUrl('cart-service')), MONGO_URL: mongoUrl.href }),
  ]);
  const frontend = await startPeer('frontend-service', vhost.amqpUrl('frontend-service'));
  onTestFinished(async () => {
    await Promise.all([...running, frontend].map((each) => each.stop()));
    await database.dropDatabase();
    await database.close();
    await vhost.remove();
  });
  const { rpc } = frontend.platform;

  const call = rpc.call(deleteCart, { id: newId() }, { identity: 'an.identity.of-somebody' });
  await expect(call).rejects.toMatchObject({
    fault: 'failed',
    message: expect.stringContaining('could not be verified'),
  });
  expect(askedForKeys).toBe(1);
  expectOk(await rpc.call(deleteCart, { id: 'guest-2f1c9a34' }));
});

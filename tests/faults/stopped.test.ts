import { catalog, getCart, getOrders, login, type ServiceName } from '@micromall/contracts';
import { silentOutput } from '@micromall/launcher';
import { type Peer, startPeer } from '@micromall/test-kit/peer';
import { settlesWithin } from '@micromall/test-kit/shop/test-shop';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OwnShop } from './own-shop.js';

const inHand = 30;
/** So many come after it was asked to stop: for the next process, or still for this one. */
const comingLate = 5;
/** Longer than a process takes to stop and the next one to start. */
const timeout = { timeoutMs: 40_000 };

const admin = { email: 'admin@micromall.test', password: 'admin' };
const userId = 'a'.repeat(24);

const output: string[] = [];
/** A busy machine takes its time to start processes. */
vi.setConfig({ testTimeout: 180_000 });

let own: OwnShop;
let frontend: Peer;
let identity: string;
beforeAll(async () => {
  own = await OwnShop.open({}, { output: { ...silentOutput, print: (line) => void output.push(line) } });
  frontend = await startPeer('frontend-service', own.shop.urls.amqp('frontend-service'));
  const reply = await frontend.platform.rpc.call(login, admin);
  if (reply.ok) identity = reply.identity;
});
afterAll(async () => {
  await frontend?.stop();
  await own?.close();
});

/** One call to each service; what it answers does not matter, but that it does. */
const calls: [ServiceName, () => Promise<unknown>][] = [
  ['auth-service', () => frontend.platform.rpc.call(login, admin, timeout)],
  ['product-service', () => frontend.platform.rpc.call(catalog, { all: true }, timeout)],
  ['cart-service', () => frontend.platform.rpc.call(getCart, { id: 'guest-at-the-end' }, timeout)],
  ['order-service', () => frontend.platform.rpc.call(getOrders, { userId }, { ...timeout, identity })],
];

async function expectOrderlyEnd(service: string): Promise<void> {
  const ends = () => output.filter((line) => line.startsWith(`${service} `) && /exited|killed/.test(line));
  await expect.poll(ends, settlesWithin).toEqual([`${service} exited with 0; starting it again.`]);
}

it.each(calls)(
  '%s that is asked to stop with 30 calls in hand answers each, or the next one does',
  async (service, call) => {
    const process = own.shop.process(service);
    await call();
    const answers = Array.from({ length: inHand }, call);
    process.kill('SIGTERM');
    const late = Array.from({ length: comingLate }, call);
    expect(await Promise.all([...answers, ...late])).toHaveLength(inHand + comingLate);
    await expectOrderlyEnd(service);
  },
);

it('payment-service that is asked to stop with 30 webhooks in hand answers them well, or Stripe sends them again', async () => {
  const sale = await own.atPaymentPage(await own.newProduct('Told thirty times'));
  await own.pay(sale);
  const answers = Array.from({ length: inHand }, () =>
    own.deliver('checkout.session.completed', sale).then(
      ({ status }) => status,
      () => 'no connection',
    ),
  );
  own.shop.process('payment-service').kill('SIGTERM');
  for (const status of await Promise.all(answers)) expect(['no connection', 200]).toContain(status);
  await expectOrderlyEnd('payment-service');
  await expect.poll(() => own.statesOf(sale.userId), settlesWithin).toEqual(['paid']);
});

it('frontend-service that is asked to stop finishes the 30 pages in hand', async () => {
  const site = own.shop.urls.site;
  expect((await fetch(site)).status).toBe(200);
  const pages = Array.from({ length: inHand }, () =>
    fetch(site).then(
      async (response) => [response.status, (await response.text()).includes('</html>')],
      () => ['no connection', true],
    ),
  );
  own.shop.process('frontend-service').kill('SIGTERM');
  for (const [status, isWhole] of await Promise.all(pages)) {
    expect(['no connection', 200]).toContain(status);
    expect(isWhole).toBe(true);
  }
  await expectOrderlyEnd('frontend-service');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { startStripeSandbox } from '../src/service.js';
import { atTheEnd, eventually, ORDER, pay, sdkFor, startReceiver, startSandbox } from './support.js';

afterEach(() => {
  vi.useRealTimers();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
  atTheEnd(() => rm(directory, { recursive: true }));
  return directory;
}

/** Only the clock on the wall is moved; timers go on as usual. */
function letMinutesPass(minutes: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
}

test('a session that nobody pays runs out by itself, and says so', async () => {
  const { stripe } = await startSandbox();
  const session = await stripe.checkout.sessions.create({
    ...ORDER,
    expires_at: Math.floor(Date.now() / 1000) + 31 * 60,
  });
  letMinutesPass(30);
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
  letMinutesPass(2);
  const [event] = await eventually('the event is there without anyone reading the session', async () => {
    const { data } = await stripe.events.list({ types: ['checkout.session.expired'] });
    return data.length > 0 && data;
  });
  expect(event).toMatchObject({ data: { object: { id: session.id, status: 'expired' } } });
});

test('whoever looks at a session that has run out sees it expired, even before the clock does', async () => {
  const sandbox = await startSandbox();
  const session = await sandbox.stripe.checkout.sessions.create(ORDER);
  letMinutesPass(24 * 60 + 1);
  const answers = await Promise.all([pay(sandbox, session.id), pay(sandbox, session.id)]);
  expect(answers).toEqual([
    { outcome: 'not_open', status: 'expired' },
    { outcome: 'not_open', status: 'expired' },
  ]);
  expect((await sandbox.stripe.events.list({ types: ['checkout.session.expired'] })).data).toHaveLength(1);
});

/** The program as it is started in earnest, in a process of its own that can be killed. */
async function startProcess(environment: Record<string, string>) {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  const { port } = JSON.parse(String(line)) as { port: number };
  const exited = once(child, 'exit');
  atTheEnd(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { port, url: `http://localhost:${port}`, stripe: sdkFor(port), stop: async () => {}, child, exited };
}

test('payments and refunds that were answered survive kill -9, and their events are delivered afterwards', async () => {
  const directory = await temporaryDirectory();
  const receiver = await startReceiver();
  const environment = {
    SANDBOX_DIRECTORY: directory,
    WEBHOOK_ENDPOINT_URL: receiver.url,
    STRIPE_WEBHOOK_SECRET: 'whsec_test',
    WEBHOOK_EVENTS: 'checkout.session.completed,refund.created',
  };
  receiver.answers.push(...Array.from({ length: 100 }, () => 500));
  const before = await startProcess(environment);
  const sessions = await Promise.all(
    Array.from({ length: 10 }, () => before.stripe.checkout.sessions.create(ORDER)),
  );
  const paid = await Promise.all(
    sessions.map(async ({ id }) => {
      const { payment_intent } = await pay(before, id);
      return (await before.stripe.refunds.create({ payment_intent: String(payment_intent), amount: 100 })).id;
    }),
  );
  before.child.kill('SIGKILL');
  await before.exited;

  receiver.answers.length = 0;
  const { stripe } = await startSandbox(environment);
  const found = await stripe.checkout.sessions.list({ limit: 100 });
  expect(found.data.map(({ id, payment_status }) => [id, payment_status]).sort()).toEqual(
    sessions.map(({ id }) => [id, 'paid']).sort(),
  );
  expect((await stripe.refunds.list({ limit: 100 })).data.map(({ id }) => id).sort()).toEqual(paid.sort());
  await eventually('every event arrives', () => new Set(receiver.events.map(({ id }) => id)).size === 20);
});

test('Ctrl-C ends the program within two seconds, even with a browser connected', async () => {
  const running = await startProcess({});
  await fetch(`http://127.0.0.1:${running.port}/healthz`);
  const began = Date.now();
  running.child.kill('SIGINT');
  const [code] = await running.exited;
  expect(code).toBe(0);
  expect(Date.now() - began).toBeLessThan(2_000);
});

test('a wrong environment is told in full, and a live key is refused', async () => {
  const start = startStripeSandbox({
    PORT: 'x',
    SANDBOX_API_KEY: 'sk_live_1',
    WEBHOOK_ENDPOINT_URL: 'localhost:8000',
    STRIPE_WEBHOOK_SECRET: 'abc',
  });
  await expect(start).rejects.toThrow(
    /PORT[\s\S]*SANDBOX_API_KEY[\s\S]*sk_test_[\s\S]*WEBHOOK_ENDPOINT_URL[\s\S]*whsec_/,
  );
  await expect(startStripeSandbox({ SANDBOX_API_KEY: 'sk_live_1' })).rejects.not.toThrow('sk_live_1');
  await expect(
    startStripeSandbox({ PORT: '0', WEBHOOK_ENDPOINT_URL: 'http://localhost:8000/' }),
  ).rejects.toThrow('STRIPE_WEBHOOK_SECRET is not set');
});

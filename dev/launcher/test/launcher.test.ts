import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorName, serviceNames } from '@micromall/contracts';
import { testPassword } from '@micromall/test-kit';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createFleet } from '../src/fleet.js';
import { freePort, isPortFree, repositoryRoot, type Shop, startShop, until } from '../src/index.js';
import { acquireLock } from '../src/lock.js';
import { type Output, silentOutput } from '../src/output.js';
import { startChild } from '../src/processes/child.js';
import { processIdentity } from '../src/processes/identity.js';
import { createProgram } from '../src/processes/program.js';
import type { ShopOptions } from '../src/shop-types.js';
import { shopTable } from '../src/table.js';
import { watchSources } from '../src/watch.js';
import { standInPlan } from './launcher-bed/plan.js';

let directory: string;
let journal: string;
let shop: Shop | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'micromall-shop-'));
  journal = join(directory, 'journal');
});
afterEach(async () => {
  await shop?.stop();
  shop = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const brokerPasswords = Object.fromEntries(
  [operatorName, ...serviceNames].map((user) => [user, testPassword(user)]),
);

/** Somebody else's broker and database, so that only the services are processes of the shop. */
function environment(): Record<string, string> {
  const management = new URL(inject('managementUrl'));
  management.username = operatorName;
  management.password = testPassword(operatorName);
  return {
    RABBITMQ_URL: `amqp://127.0.0.1:${inject('amqpPort')}/launcher-test-${process.pid}`,
    RABBITMQ_MANAGEMENT_URL: management.href,
    MONGO_URL: 'mongodb://127.0.0.1:1',
  };
}

function options(given: Partial<ShopOptions> = {}): ShopOptions {
  const plan = standInPlan(journal);
  return { directory, environment: environment(), plan, seed: false, brokerPasswords, ...given };
}

function lines(): { said: string[]; output: Output } {
  const said: string[] = [];
  return { said, output: { ...silentOutput, say: (line) => said.push(line) } };
}

function pidsOf(running: Shop): number[] {
  return running.processNames.map((name) => running.process(name).pid() ?? 0);
}

function allGone(pids: readonly number[]): boolean {
  return pids.every((pid) => processIdentity(pid) === undefined);
}

function stopped(): string[] {
  return existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [];
}

describe('a shop', () => {
  test('is open when every service is ready, and closes in order with nothing left running', async () => {
    shop = await startShop(options());
    expect(shop.processNames).toEqual(['stripe-sandbox', 'cart-service', 'order-service']);
    const answer = await fetch(`${shop.urls.operations('order-service')}/environment`);
    const seen = await answer.json();
    expect(seen.RABBITMQ_URL).toContain('amqp://order-service:order-service-password@');
    const pids = pidsOf(shop);
    expect(pids.every((pid) => processIdentity(pid) !== undefined)).toBe(true);

    const began = Date.now();
    await shop.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(allGone(pids)).toBe(true);
    expect(stopped().slice(0, 2).sort()).toEqual(['cart-service', 'order-service']);
    expect(stopped()[2]).toBe('stripe-sandbox');
    expect(existsSync(join(directory, 'running.json'))).toBe(false);
  });

  test('that is open refuses a second one on its data, and a reset, without harm', async () => {
    shop = await startShop(options());
    const pids = pidsOf(shop);
    await expect(startShop(options({ reset: true }))).rejects.toThrow(
      `The shop is already running at ${shop.urls.site} (process ${process.pid}).`,
    );
    expect(existsSync(join(directory, 'secrets.json'))).toBe(true);
    expect(pids).toEqual(pidsOf(shop));
    expect(allGone(pids)).toBe(false);
  });

  test('begins anew when it is asked to, and keeps its secrets otherwise', async () => {
    const kept = join(directory, 'rabbitmq', 'data');
    mkdirSync(kept, { recursive: true });
    const secrets = () => readFileSync(join(directory, 'secrets.json'), 'utf8');
    await (await startShop(options())).stop();
    const first = secrets();
    await (await startShop(options())).stop();
    expect(secrets()).toBe(first);
    expect(existsSync(kept)).toBe(true);
    await (await startShop(options({ reset: true }))).stop();
    expect(secrets()).not.toBe(first);
    expect(existsSync(kept)).toBe(false);
  });

  test('starts a service again that died, and says so', async () => {
    const { said, output } = lines();
    shop = await startShop(options({ output }));
    const service = shop.process('order-service');
    const before = service.pid();
    service.kill('SIGKILL');
    expect(await until(() => said.includes('order-service is back.'), 10_000)).toBe(true);
    expect(said).toContain('order-service was killed by SIGKILL; starting it again.');
    expect(service.pid()).not.toBe(before);
    expect((await fetch(`${shop.urls.operations('order-service')}/readyz`)).status).toBe(200);
  });

  test('leaves a service down that was stopped on purpose, until it is started', async () => {
    shop = await startShop(options());
    const service = shop.process('cart-service');
    await service.stop();
    expect(service.pid()).toBeUndefined();
    await expect(fetch(`${shop.urls.operations('cart-service')}/readyz`)).rejects.toThrow();
    await service.start();
    expect((await fetch(`${shop.urls.operations('cart-service')}/readyz`)).status).toBe(200);
  });

  test('whose service cannot start shows its last words, keeps them in the log, and leaves nothing running', async () => {
    const plan = standInPlan(journal, { 'order-service': 'fails' });
    const attempt = startShop(options({ plan }));
    await expect(attempt).rejects.toThrow(
      /order-service exited with 3 before it was ready\n.*cannot read the price list/,
    );
    expect(readFileSync(join(directory, 'logs', 'order-service.log'), 'utf8')).toContain('price list');
    expect(stopped()).toContain('stripe-sandbox');
    expect(existsSync(join(directory, 'running.json'))).toBe(false);
  });

  test('can be stopped while it is still starting', async () => {
    const plan = standInPlan(journal, { 'order-service': 'never ready' });
    const impatience = new AbortController();
    const attempt = startShop(options({ plan, signal: impatience.signal }));
    const log = join(directory, 'logs', 'order-service.log');
    expect(await until(() => existsSync(log) && readFileSync(log, 'utf8') !== '', 10_000)).toBe(true);
    impatience.abort();
    await expect(attempt).rejects.toThrow();
    expect(stopped().sort()).toEqual(['cart-service', 'order-service', 'stripe-sandbox']);
  });

  test('closes within ten seconds although a service does not listen', async () => {
    shop = await startShop(options({ plan: standInPlan(journal, { 'order-service': 'stubborn' }) }));
    const pids = pidsOf(shop);
    const began = Date.now();
    await shop.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(allGone(pids)).toBe(true);
  });

  test('shows where everything is, how to log in and which cards to use', async () => {
    shop = await startShop(options());
    const table = shopTable(shop);
    expect(table).toContain(shop.urls.site);
    expect(table).toContain(shop.urls.stripe);
    expect(table).toContain('admin@micromall.test / admin');
    for (const card of ['4242 4242 4242 4242', '4000 0000 0000 3220', '4000 0000 0000 9995']) {
      expect(table).toContain(card);
    }
  });
});

test('broker and database end only after the services and the stand-in', async () => {
  const fleet = createFleet({ say: () => undefined, onChange: () => undefined });
  const main = join(import.meta.dirname, 'launcher-bed', 'stand-in-service.mjs');
  async function launch(name: string, role: 'service' | 'outside' | 'foundation'): Promise<void> {
    const port = await freePort();
    const unit = createProgram({
      name,
      command: process.execPath,
      args: [main],
      environment: { NAME: name, JOURNAL: journal, PORT: String(port) },
      isReady: async () => !(await isPortFree(port)),
      readyWithinMs: 10_000,
    });
    await fleet.launch(unit, role);
  }
  await launch('broker', 'foundation');
  await launch('stripe', 'outside');
  await launch('service', 'service');
  await fleet.stop();
  expect(stopped()).toEqual(['service', 'stripe', 'broker']);
});

describe('a launcher that is killed', () => {
  test('leaves no process behind, its broker included', async () => {
    const shopFile = join(repositoryRoot, 'dev', 'launcher', 'dist', 'shop.js');
    const script = join(directory, 'launch.mjs');
    writeFileSync(
      script,
      `import { startShop } from ${JSON.stringify(shopFile)};
import { standInPlan } from ${JSON.stringify(join(directory, 'plan.mjs'))};
const shop = await startShop({
  directory: ${JSON.stringify(join(directory, 'data'))},
  environment: { PATH: process.env.PATH, MONGO_URL: 'mongodb://127.0.0.1:1' },
  plan: standInPlan(),
  seed: false,
});
const pids = shop.processNames.map((name) => shop.process(name).pid());
console.log(JSON.stringify({ pids, ports: [shop.ports.amqp, shop.ports.management, shop.ports.epmd] }));
setInterval(() => undefined, 1000);
`,
    );
    const main = join(import.meta.dirname, 'launcher-bed', 'stand-in-service.mjs');
    writeFileSync(
      join(directory, 'plan.mjs'),
      `const program = (name, fixed) => ({ name, main: ${JSON.stringify(main)}, defaults: () => ({}), fixed });
const JOURNAL = ${JSON.stringify(journal)};
export const standInPlan = () => ({
  services: [program('order-service', (shop) => ({ JOURNAL, OPERATIONS_PORT: String(shop.ports.operations['order-service']) }))],
  sandbox: program('stripe-sandbox', (shop) => ({ JOURNAL, PORT: String(shop.ports.stripe) })),
});
`,
    );
    const launcher = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const first = await new Promise<string>((resolve, reject) => {
      launcher.stdout.once('data', (chunk) => resolve(String(chunk)));
      launcher.once('exit', (code) => reject(new Error(`the launcher ended with ${code}`)));
    });
    const { pids, ports } = JSON.parse(first);
    expect(pids).toHaveLength(3);
    expect(allGone(pids)).toBe(false);

    launcher.removeAllListeners('exit');
    launcher.kill('SIGKILL');
    // Linux ends them by itself; elsewhere the next start does.
    if (process.platform !== 'linux') (await acquireLock(join(directory, 'data'), '')).release();
    expect(await until(() => allGone(pids), 20_000)).toBe(true);
    for (const port of ports) expect(await until(() => isPortFree(port), 5000)).toBe(true);
  }, 90_000);
});

describe('npm start', () => {
  interface Run {
    readonly code: number | null;
    readonly text: string;
  }

  /** Runs what `npm start` runs, to its end. */
  async function run(given: Record<string, string>, ...args: string[]): Promise<Run> {
    const program = join(repositoryRoot, 'dev', 'launcher', 'dist', 'start.js');
    let text = '';
    const child = startChild({
      command: process.execPath,
      args: [program, ...args],
      environment: { PATH: process.env.PATH, DATA_DIRECTORY: directory, ...given },
      onLine: (line) => {
        text += `${line}\n`;
      },
    });
    const { code } = await child.exited;
    return { code, text };
  }

  test('names a taken port with the variable that moves it, and starts nothing', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      const ports = { WEBHOOK_PORT: String(await freePort()), STRIPE_SANDBOX_PORT: String(await freePort()) };
      const { code, text } = await run({ SITE_PORT: String(port), ...ports }, '--reset');
      expect(code).toBe(1);
      expect(text).toContain(`Port ${port}, meant for the shop, is taken. Set SITE_PORT`);
      expect(existsSync(join(directory, 'logs'))).toBe(false);
      expect(existsSync(join(directory, 'running.json'))).toBe(false);
    } finally {
      other.close();
    }
  });

  test('names everything that is wrong with the environment at once', async () => {
    const { code, text } = await run({ SITE_PORT: 'x', STRIPE_PRIVATE_KEY: 'nonsense' });
    expect(code).toBe(1);
    expect(text).toMatch(/SITE_PORT="x"[\s\S]*STRIPE_PRIVATE_KEY/);
    expect(text).not.toContain('nonsense');
  });

  test('beside a running shop says so and does no harm', async () => {
    const lock = await acquireLock(directory, 'http://localhost:3000');
    const { code, text } = await run({});
    expect(code).toBe(1);
    expect(text).toBe(`The shop is already running at http://localhost:3000 (process ${process.pid}).\n`);
    lock.release();
  });

  test('refuses an option it does not know and shows the ones it does', async () => {
    const { code, text } = await run({}, '--resett');
    expect(code).toBe(1);
    expect(text).toContain('--resett');
    expect(text).toContain('--reset ');
  });
});

describe('npm run dev', () => {
  test('restarts a service when its code or its pages change, and all when what they share changes', async () => {
    const root = join(directory, 'root');
    for (const folder of ['order-service/dist', 'cart-service/views', 'contracts/dist/rpc']) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    const { said, output } = lines();
    shop = await startShop(options({ output }));
    const compile = () =>
      startChild({
        command: process.execPath,
        args: ['-e', 'setInterval(() => {}, 1000)'],
        environment: {},
      });
    const watching = await watchSources({ shop, output, root, compile });
    const restarts = (name: string) => said.filter((line) => line === `  ${name} was restarted.`).length;
    try {
      const untouched = shop.process('cart-service').pid();
      writeFileSync(join(root, 'order-service/dist/main.js'), '// changed');
      expect(await until(() => restarts('order-service') === 1, 10_000)).toBe(true);
      expect(shop.process('cart-service').pid()).toBe(untouched);

      writeFileSync(join(root, 'order-service/dist/main.d.ts'), '// only types');
      writeFileSync(join(root, 'cart-service/views/cart.ejs'), 'changed');
      expect(await until(() => restarts('cart-service') === 1, 10_000)).toBe(true);
      expect(restarts('order-service')).toBe(1);

      writeFileSync(join(root, 'contracts/dist/rpc/cart.js'), '// changed');
      expect(await until(() => restarts('order-service') === 2, 10_000)).toBe(true);
      expect(await until(() => restarts('cart-service') === 2, 10_000)).toBe(true);
    } finally {
      await watching.stop();
    }
  });
});

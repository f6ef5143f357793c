import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorName, serviceNames } from '@micromall/contracts';
import { testPassword } from '@micromall/test-kit';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  freePort,
  freePorts,
  isPortFree,
  repositoryRoot,
  type Shop,
  startShop,
  until,
} from '../src/index.js';
import { startChild } from '../src/processes/child.js';
import { processIdentity } from '../src/processes/identity.js';
import { releasePorts } from '../src/processes/port-claims.js';
import { createProcessGroup, type Role } from '../src/processes/process-group.js';
import { createProgram } from '../src/processes/program.js';
import { lockData } from '../src/shop/data-lock.js';
import type { ShopOptions } from '../src/shop/shop.js';
import { shopTable } from '../src/shop/table.js';
import { type Output, silentOutput } from '../src/terminal.js';
import { watchSources } from '../src/watch.js';
import { standInPlan } from './fixtures/plan.js';

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

function lines(): { printed: string[]; output: Output } {
  const printed: string[] = [];
  return { printed, output: { ...silentOutput, print: (line) => printed.push(line) } };
}

function pidsOf(running: Shop): number[] {
  return running.processNames.map((name) => running.process(name).pid() ?? 0);
}

function allGone(pids: readonly number[]): boolean {
  return pids.every((pid) => processIdentity(pid) === undefined);
}

/** Every module of this repository that a program loads, and every package that they load. */
function loadedFrom(main: string): Set<string> {
  const found = new Set<string>();
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const { resolve } = createRequire(file);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\(?)\s*'([^']+)'/g)) {
      if (name.startsWith('.') || name.startsWith('@micromall/')) waiting.push(resolve(name));
      else found.add(name);
    }
  }
  return found;
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
    const { printed, output } = lines();
    shop = await startShop(options({ output }));
    const service = shop.process('order-service');
    const before = service.pid();
    service.kill('SIGKILL');
    expect(await until(() => printed.includes('order-service is back.'), 10_000)).toBe(true);
    expect(printed).toContain('order-service was killed by SIGKILL; starting it again.');
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

describe('the start table', () => {
  test('names each port that moved, and shows the links that work', async () => {
    const [management = 0, amqp = 0, site = 0] = await freePorts(3);
    releasePorts([management, amqp, site]);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(management, '127.0.0.1', resolve));
    try {
      const own = { PATH: process.env.PATH, MONGO_URL: 'mongodb://127.0.0.1:1' };
      shop = await startShop(options({ environment: own, ports: { site, amqp, management } }));
      const table = shopTable(shop);
      const used = shop.ports.management;
      expect(used).not.toBe(management);
      expect(table).toMatch(new RegExp(`RabbitMQ GUI +${management} was taken: ${used}\\n`));
      expect(table).toMatch(new RegExp(`RabbitMQ GUI +http://127.0.0.1:${used} `));
      expect((await fetch(`${shop.urls.management}/api/overview`)).status).toBe(401);
      // What is where it should be, or runs elsewhere, is not named.
      expect(table.match(/was taken/g)).toHaveLength(1);
    } finally {
      other.close();
    }
  }, 120_000);

  test('says nothing of ports when none has moved', async () => {
    shop = await startShop(options());
    expect(shopTable(shop)).not.toContain('taken');
  });
});

describe('the demo catalogue', () => {
  test('fills a new shop from a process of its own, which keeps nothing running', async () => {
    const { printed, output } = lines();
    const steps: string[] = [];
    const watched: Output = {
      ...output,
      step: (name, work) => {
        steps.push(name);
        return work();
      },
    };
    const own = { PATH: process.env.PATH };
    shop = await startShop({
      directory,
      environment: own,
      services: ['product-service', 'auth-service'],
      throwaway: true,
      output: watched,
    });
    expect(steps).toContain('Demo catalogue');
    expect(printed).toEqual([]);
    expect(shop.processNames).not.toContain('demo-catalogue');
    const log = readFileSync(join(directory, 'logs', 'demo-catalogue.log'), 'utf8');
    expect(log).toContain('the demo catalogue is there');
    expect(existsSync(join(directory, 'seeding'))).toBe(false);
  }, 180_000);

  test('that cannot be made shows why, and leaves nothing running', async () => {
    const processes = createProcessGroup({ print: () => undefined, onChange: () => undefined });
    const failing = processes.run('demo-catalogue', {
      command: process.execPath,
      args: ['-e', 'console.error("no such drawing"); process.exit(4)'],
      environment: {},
    });
    await expect(failing).rejects.toThrow('demo-catalogue exited with 4\n  no such drawing');
  });

  test('is ended with the shop while it is still being made', async () => {
    const running: number[] = [];
    const processes = createProcessGroup({
      print: () => undefined,
      onChange: (all) => running.push(...all.map(({ pid }) => pid)),
    });
    const endless = processes.run('demo-catalogue', {
      command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'],
      environment: {},
    });
    const outcome = expect(endless).rejects.toThrow('demo-catalogue was killed by SIGTERM');
    await processes.stop();
    await outcome;
    expect(running).toHaveLength(1);
    expect(allGone(running)).toBe(true);
  });
});

test('the launcher loads no service, no picture maker and no database driver', async () => {
  const start = join(repositoryRoot, 'dev', 'launcher', 'dist', 'start.js');
  const loaded = loadedFrom(start);
  expect(loaded).toContain(join(repositoryRoot, 'dev', 'launcher', 'dist', 'shop', 'start-shop.js'));
  const folders = [...loaded].flatMap(
    (path) => /^\/.*?((?:dev\/)?[a-z-]+)\/(?:dist|setup)\//.exec(path)?.[1] ?? [],
  );
  expect([...new Set(folders)].sort()).toEqual(['contracts', 'dev/launcher', 'platform']);
  const packages = [...loaded].filter((name) => !name.startsWith('/') && !name.startsWith('node:'));
  expect(packages.sort()).toEqual(['amqplib', 'yaml', 'zod']);
});

test('broker and database end only after the services and the stand-in', async () => {
  const processes = createProcessGroup({ print: () => undefined, onChange: () => undefined });
  const main = join(import.meta.dirname, 'fixtures', 'stand-in-service.mjs');
  async function launch(name: string, role: Exclude<Role, 'job'>): Promise<void> {
    const port = await freePort();
    const program = createProgram({
      name,
      command: process.execPath,
      args: [main],
      environment: { NAME: name, JOURNAL: journal, PORT: String(port) },
      isReady: async () => !(await isPortFree(port)),
      readyWithinMs: 10_000,
    });
    await processes.launch(program, role);
  }
  await launch('broker', 'backing-service');
  await launch('stripe', 'external');
  await launch('service', 'service');
  await processes.stop();
  expect(stopped()).toEqual(['service', 'stripe', 'broker']);
});

describe('a launcher that is killed', () => {
  test('leaves no process behind, its broker included', async () => {
    const shopFile = join(repositoryRoot, 'dev', 'launcher', 'dist', 'shop', 'start-shop.js');
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
    const main = join(import.meta.dirname, 'fixtures', 'stand-in-service.mjs');
    writeFileSync(
      join(directory, 'plan.mjs'),
      `const program = (name, fixed) => ({ name, folder: name, main: ${JSON.stringify(main)}, defaults: () => ({}), fixed });
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
    if (process.platform !== 'linux') (await lockData(join(directory, 'data'), '')).release();
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
    const lock = await lockData(directory, 'http://localhost:3000');
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
  test('compiles and restarts a service when its code or its pages change, and all when what they share changes', async () => {
    const root = join(directory, 'root');
    const folders = ['order-service/src', 'order-service/dist', 'cart-service/views', 'contracts/dist/rpc'];
    for (const folder of folders) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    const { printed, output } = lines();
    shop = await startShop(options({ output }));
    let compiled = 0;
    const compile = async () => {
      compiled += 1;
      writeFileSync(join(root, 'order-service/dist/main.js'), `// compiled ${compiled}`);
    };
    const watching = await watchSources({ shop, output, root, compile });
    const restarts = (name: string) => printed.filter((line) => line === `  ${name} was restarted.`).length;
    try {
      const untouched = shop.process('cart-service').pid();
      writeFileSync(join(root, 'order-service/src/main.ts'), '// changed');
      expect(await until(() => restarts('order-service') === 1, 10_000)).toBe(true);
      expect(compiled).toBe(1);
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

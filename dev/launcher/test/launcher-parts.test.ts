import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '../src/config.js';
import { freePorts, repositoryRoot, until } from '../src/index.js';
import { openLogFiles } from '../src/logs/log-files.js';
import { processIdentity } from '../src/processes/identity.js';
import { releasePorts } from '../src/processes/port-claims.js';
import { databaseUrl } from '../src/shop/backing-services.js';
import { AlreadyRunning, lockData } from '../src/shop/data-lock.js';
import { environmentOf } from '../src/shop/environment.js';
import { type PlanContext, shopPlan } from '../src/shop/plan.js';
import { choosePorts, PortsTaken } from '../src/shop/ports.js';
import { loadSecrets } from '../src/shop/secrets.js';
import { shortForm } from '../src/terminal.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'micromall-launcher-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const lockPath = () => join(directory, 'running.json');

describe('the lock on the data', () => {
  test('a second start beside a running one is told the address and the process', async () => {
    const lock = await lockData(directory, 'http://localhost:3000');
    const second = lockData(directory, 'http://localhost:3001');
    await expect(second).rejects.toThrow(
      `The shop is already running at http://localhost:3000 (process ${process.pid}).`,
    );
    await expect(second).rejects.toBeInstanceOf(AlreadyRunning);
    lock.release();
    const third = await lockData(directory, 'http://localhost:3000');
    third.release();
    expect(existsSync(lockPath())).toBe(false);
  });

  test('of many starts at once exactly one wins, also when a dead launcher left its lock', async () => {
    const dead = { pid: 2 ** 22 + 1, identity: 'long ago', site: 'http://localhost:3000', children: [] };
    writeFileSync(lockPath(), JSON.stringify(dead));
    const starts = await Promise.allSettled(
      Array.from({ length: 8 }, () => lockData(directory, 'http://localhost:3000')),
    );
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a process that was given the number of a dead launcher does not keep the shop closed', async () => {
    const other = { pid: process.pid, identity: 'another time', site: 'http://localhost:3000', children: [] };
    writeFileSync(lockPath(), JSON.stringify(other));
    const lock = await lockData(directory, 'http://localhost:3000');
    lock.release();
  });

  test('taking over a dead launcher ends what it left running, and nothing else', async () => {
    const [leftover, stranger] = [1, 2].map(() =>
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }),
    );
    const pids = [leftover?.pid ?? 0, stranger?.pid ?? 0] as const;
    try {
      const children = [
        { name: 'order-service', pid: pids[0], identity: processIdentity(pids[0]) },
        { name: 'cart-service', pid: pids[1], identity: 'of an older process with this number' },
      ];
      const dead = { pid: 2 ** 22 + 1, identity: 'gone', site: 'http://localhost:3000', children };
      writeFileSync(lockPath(), JSON.stringify(dead));
      const lock = await lockData(directory, 'http://localhost:3000');
      expect(processIdentity(pids[0])).toBeUndefined();
      expect(processIdentity(pids[1])).toBeDefined();
      lock.release();
    } finally {
      stranger?.kill('SIGKILL');
      leftover?.kill('SIGKILL');
    }
  });
});

describe('ports', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function occupy(port: number, host: string): Promise<void> {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
  }

  test('that people type are refused when taken, all at once, each with the variable that moves it', async () => {
    const [site = 0, webhook = 0, stripe = 0] = await freePorts(3);
    await occupy(site, '127.0.0.1');
    await occupy(stripe, '0.0.0.0');
    const choice = choosePorts({ site, webhook, stripe }, [], ['site', 'webhook', 'stripe']);
    await expect(choice).rejects.toBeInstanceOf(PortsTaken);
    await expect(choice).rejects.toThrow(new RegExp(`Port ${site}.* SITE_PORT`));
    await expect(choice).rejects.toThrow(new RegExp(`Port ${stripe}.* STRIPE_SANDBOX_PORT`));
    await expect(choice).rejects.not.toThrow(/WEBHOOK_PORT/);
  });

  test('of the stand-in may be taken when payments go to Stripe itself', async () => {
    const [stripe = 0] = await freePorts(1);
    await occupy(stripe, '127.0.0.1');
    const { ports } = await choosePorts({ stripe }, [], ['site', 'webhook']);
    expect(ports.stripe).not.toBe(stripe);
  });

  test('of broker and database move to free ones when taken', async () => {
    const [amqp = 0, mongo = 0] = await freePorts(2);
    await occupy(amqp, '127.0.0.1');
    releasePorts([amqp, mongo]);
    const { ports, moved } = await choosePorts({ amqp, mongo }, ['order-service'], []);
    expect(ports.amqp).not.toBe(amqp);
    expect(ports.mongo).toBe(mongo);
    expect(moved).toEqual([{ name: 'amqp', wanted: amqp, used: ports.amqp }]);
    const all = [...Object.values(ports.operations), ports.amqp, ports.mongo, ports.epmd, ports.site];
    expect(new Set(all).size).toBe(all.length);
  });

  test('that another shop has chosen and does not listen on yet are left to it', async () => {
    const [mongo = 0] = await freePorts(1);
    const claims = JSON.stringify(
      join(repositoryRoot, 'dev', 'launcher', 'dist', 'processes', 'port-claims.js'),
    );
    releasePorts([mongo]);
    const script = `const { claimPort } = await import(${claims}); console.log(claimPort(${mongo})); setInterval(() => {}, 1000)`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise((resolve) => other.stdout.once('data', resolve));
      expect((await choosePorts({ mongo }, [], [])).ports.mongo).not.toBe(mongo);
    } finally {
      const ended = new Promise((resolve) => other.once('exit', resolve));
      other.kill('SIGKILL');
      await ended;
    }
    // A claim ends with its process, however it ended.
    expect((await choosePorts({ mongo }, [], [])).ports.mongo).toBe(mongo);
  });

  test('named twice are refused: two things cannot listen on one', async () => {
    const [site = 0] = await freePorts(1);
    await expect(choosePorts({ site, webhook: site }, [], ['site', 'webhook'])).rejects.toThrow(
      /WEBHOOK_PORT/,
    );
  });
});

describe('secrets', () => {
  test('are made once, kept, and readable by nobody else', () => {
    const first = loadSecrets(directory, ['admin', 'order-service']);
    const second = loadSecrets(directory, ['admin', 'order-service', 'cart-service']);
    expect(second).toMatchObject({
      sessionSecret: first.sessionSecret,
      stripeWebhookSecret: first.stripeWebhookSecret,
      sandboxApiKey: first.sandboxApiKey,
      brokerPasswords: first.brokerPasswords,
    });
    expect(second.brokerPasswords['cart-service']).not.toBe(second.brokerPasswords['order-service']);
    expect(first.brokerPasswords.admin).toBe('admin');
    expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
  });
});

describe('the environment of a service', () => {
  const context: PlanContext = {
    ports: {
      site: 3000,
      webhook: 8000,
      stripe: 4242,
      amqp: 5672,
      management: 15672,
      brokerMetrics: 15692,
      mongo: 27017,
      prometheus: 9090,
      operations: { 'payment-service': 9105, 'frontend-service': 9106 },
      distribution: 1,
      epmd: 2,
      ctl: 3,
    },
    secrets: {
      brokerPasswords: {},
      sessionSecret: 'session',
      stripeWebhookSecret: 'whsec_own',
      sandboxApiKey: 'sk_test_own',
    },
    directory: '/data',
    sandbox: true,
    brokerUrl: (user) => `amqp://${user}:secret@127.0.0.1:5672`,
    mongoUrl: (database) => `mongodb://127.0.0.1:27017/${database}`,
  };
  function of(name: string, given: Record<string, string>, shop: PlanContext = context) {
    const plan = [...shopPlan.services, shopPlan.sandbox].find((each) => each.name === name);
    if (plan === undefined) throw new Error(name);
    return environmentOf(plan, shop, given);
  }

  test('names its own broker user, its own database and its ports', () => {
    expect(of('payment-service', {})).toEqual({
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      RABBITMQ_URL: 'amqp://payment-service:secret@127.0.0.1:5672',
      MONGO_URL: 'mongodb://127.0.0.1:27017/payment-service',
      OPERATIONS_PORT: '9105',
      PORT: '8000',
      SITE_URL: 'http://localhost:3000',
      STRIPE_API_URL: 'http://127.0.0.1:4242',
      STRIPE_PRIVATE_KEY: 'sk_test_own',
      STRIPE_WEBHOOK_SECRET: 'whsec_own',
    });
  });

  test("carries the user's own variables, but not the launcher's or npm's", () => {
    const given = {
      CURRENCY: 'EUR',
      LOG_LEVEL: 'debug',
      SESSION_SECRET: 'mine',
      PORT: '80',
      SITE_PORT: '3000',
      npm_config_cache: '/cache',
      MONGO_URL: 'mongodb://elsewhere',
    };
    const environment = of('frontend-service', given);
    expect(environment).toMatchObject({
      CURRENCY: 'EUR',
      LOG_LEVEL: 'debug',
      SESSION_SECRET: 'mine',
      PORT: '3000',
      MONGO_URL: 'mongodb://127.0.0.1:27017/frontend-service',
    });
    expect(environment).not.toHaveProperty('SITE_PORT');
    expect(environment).not.toHaveProperty('npm_config_cache');
  });

  test('tells a secret of the user only to the programs that need it', () => {
    const secrets = {
      STRIPE_PRIVATE_KEY: 'sk_test_theirs',
      STRIPE_WEBHOOK_SECRET: 'whsec_theirs',
      SESSION_SECRET: 'their-session',
      FIRST_ADMIN_PASSWORD: 'their-admin',
    };
    const real = { ...context, sandbox: false };
    const knows = (name: string) =>
      Object.keys(secrets).filter((secret) => secret in of(name, secrets, real));
    expect(knows('payment-service')).toEqual(['STRIPE_PRIVATE_KEY', 'STRIPE_WEBHOOK_SECRET']);
    expect(knows('frontend-service')).toEqual(['SESSION_SECRET']);
    expect(knows('auth-service')).toEqual(['FIRST_ADMIN_PASSWORD']);
    for (const name of ['product-service', 'cart-service', 'order-service']) expect(knows(name)).toEqual([]);
  });

  test('with a Stripe key points at Stripe itself and invents no webhook secret', () => {
    const given = { STRIPE_PRIVATE_KEY: 'sk_test_theirs' };
    const environment = of('payment-service', given, { ...context, sandbox: false });
    expect(environment).toMatchObject(given);
    expect(environment).not.toHaveProperty('STRIPE_API_URL');
    expect(environment).not.toHaveProperty('STRIPE_WEBHOOK_SECRET');
  });
});

describe("a MongoDB server of the user's", () => {
  test.each([
    ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/order-service'],
    ['mongodb://127.0.0.1:27017/shop', 'mongodb://127.0.0.1:27017/shop-order-service'],
    [
      'mongodb://me:secret@db:27017/shop?tls=true',
      'mongodb://me:secret@db:27017/shop-order-service?tls=true&authSource=shop',
    ],
    ['mongodb://me:secret@db:27017', 'mongodb://me:secret@db:27017/order-service?authSource=admin'],
  ])('%s gives each service a database of its own', (base, expected) => {
    expect(databaseUrl(base, 'order-service')).toBe(expected);
  });
});

describe('wrong variables', () => {
  test('are all named at once', () => {
    const given = { SITE_PORT: 'three', MONGO_URL: 'postgres://x', STRIPE_PRIVATE_KEY: 'pk_test_1' };
    expect(() => readSettings(given)).toThrow(/SITE_PORT[\s\S]*MONGO_URL[\s\S]*STRIPE_PRIVATE_KEY/);
  });

  test('a broker without a way to create its users is refused with the variable that is missing', () => {
    expect(() => readSettings({ RABBITMQ_URL: 'amqp://127.0.0.1' })).toThrow(
      /RABBITMQ_MANAGEMENT_URL must be/,
    );
  });
});

describe('logs', () => {
  test('are new at each start, with the one before beside them', async () => {
    for (const word of ['first', 'second']) {
      const logs = openLogFiles(directory);
      logs.write('order-service', word);
      await logs.close();
    }
    expect(readFileSync(join(directory, 'order-service.log'), 'utf8')).toBe('second\n');
    expect(readFileSync(join(directory, 'order-service.log.1'), 'utf8')).toBe('first\n');
  });

  test('on the terminal are warnings and errors in short', () => {
    const warning = JSON.stringify({
      level: 'warn',
      msg: 'slow',
      err: { message: 'timeout' },
      queue: 'catalog',
      traceId: 'abc',
    });
    expect(shortForm('order-service', warning)).toBe(
      'order-service warn: slow: timeout queue=catalog trace=abc',
    );
    expect(shortForm('order-service', JSON.stringify({ level: 'info', msg: 'ready' }))).toBeUndefined();
    expect(shortForm('order-service', JSON.stringify({ level: 50, msg: 'broken' }))).toContain(
      'error: broken',
    );
    expect(shortForm('order-service', 'SyntaxError: no')).toBe('order-service: SyntaxError: no');
    expect(shortForm('rabbitmq', '2026-11-21 [info] <0.1.0> started')).toBeUndefined();
  });
});

test('a process that ended has no identity', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid = 0 } = child;
  expect(processIdentity(process.pid)).toBe(processIdentity(process.pid));
  expect(await until(() => processIdentity(pid) === undefined, 5000)).toBe(true);
});

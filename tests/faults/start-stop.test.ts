import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree, repositoryRoot, until } from '@micromall/launcher';
import { startChild } from '@micromall/launcher/processes/child';
import { newEmail, WebShopper } from '@micromall/test-kit/shopper';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leftOver, npmStart, type Place, placeIn, runningOf, type Start } from './npm-start.js';

const services = [
  'auth-service',
  'cart-service',
  'frontend-service',
  'order-service',
  'payment-service',
  'product-service',
];
const everything = [...services, 'mongo', 'prometheus', 'rabbitmq', 'stripe-sandbox'].sort();

let place: Place;
let start: Start | undefined;
const started: Start[] = [];

function begin(...args: string[]): Start {
  const begun = npmStart(place, ...args);
  started.push(begun);
  start = begun;
  return begun;
}

function visitor(): WebShopper {
  return new WebShopper(`http://localhost:${place.site}`, `http://localhost:${place.stripe}`);
}

/** The ports of the addresses in the table, and the webhook's. */
function portsOf(table: string): number[] {
  const named = [...table.matchAll(/(?:localhost|127\.0\.0\.1):(\d+)/g)].map(([, port]) => Number(port));
  return [...new Set([...named, place.webhook])];
}

async function productsFound(): Promise<number> {
  return Number(/(\d+) products/.exec((await visitor().get('/')).text)?.[1]);
}

beforeAll(async () => {
  place = await placeIn(mkdtempSync(join(tmpdir(), 'micromall-start-')));
});
afterAll(async () => {
  await Promise.all(started.map((each) => each.end(12_000)));
  rmSync(place.directory, { recursive: true, force: true });
});

// In order: each test finds the shop as the one before it left it.
describe('npm start in an empty folder', () => {
  const email = newEmail();
  const buyer = { password: 'correct horse' };
  let productId = '';
  let productsAtFirst = 0;
  let stockWords = '';
  let order = '';

  async function stockShown(): Promise<string> {
    return /Only \d+ left|\d+ left/.exec((await visitor().get(`/products/${productId}`)).text)?.[0] ?? '';
  }

  it('shows its progress and ends in a table of addresses, logins and cards', async () => {
    const { opened, text } = begin();
    await opened();
    const told = text();
    expect(told).toMatch(/… RabbitMQ[\s\S]*✓ RabbitMQ \(\d+\.\d s\)/);
    expect(told).toContain('✓ Demo catalogue');
    const table = told.slice(told.indexOf('MicroMall is open.'));
    expect(table).toMatch(
      new RegExp(`The shop +http://localhost:${place.site} +admin: admin@micromall\\.test / admin`),
    );
    expect(table).toMatch(/RabbitMQ GUI +http:\/\/127\.0\.0\.1:\d+ +admin \/ admin/);
    expect(table).toMatch(new RegExp(`Stripe stand-in +http://localhost:${place.stripe} `));
    expect(table).toMatch(/Prometheus +http:\/\/localhost:\d+ /);
    expect(table).toMatch(/Broker +127\.0\.0\.1:\d+ +private node/);
    expect(table).toMatch(/Database +mongodb:\/\/127\.0\.0\.1:\d+ /);
    expect(table).toMatch(
      /4242 4242 4242 4242 +pays\n +4000 0000 0000 3220 +asks for 3-D Secure\n +4000 0000 0000 9995 +is declined/,
    );
    expect(runningOf(place).names).toEqual(everything);
    // No secret of the shop is shown but the two that everybody knows.
    expect(told).not.toMatch(/whsec_|sk_test_/);
  });

  it('shows the demo catalogue, and the admin logs in', async () => {
    const page = await visitor().get('/');
    expect(page.status).toBe(200);
    productsAtFirst = await productsFound();
    expect(productsAtFirst).toBeGreaterThanOrEqual(24);
    productId = /name="productId" value="([0-9a-f]{24})"/.exec(page.text)?.[1] ?? '';

    const admin = visitor();
    expect((await admin.logIn('admin@micromall.test', 'admin')).text).toContain('Log out');
    expect((await admin.get('/createproduct')).text).toContain('Add a product');
  });

  it('sells, and "Pay now" is one trace through the logs of five services', async () => {
    stockWords = await stockShown();
    const shopper = visitor();
    await shopper.register('Ada', email, buyer.password);
    await shopper.addToCart(productId);
    const payNow = await shopper.submit(await shopper.get('/checkout'), '/checkout', {});
    expect(payNow.url.origin).toBe(`http://localhost:${place.stripe}`);
    const session = /cs_\w+/.exec(payNow.url.pathname)?.[0] ?? '';
    const { page: thanks } = await shopper.payAndReturn(session);
    order = /MM-\w{4}-\w{4}/.exec(thanks.text)?.[0] ?? '';
    expect(order).not.toBe('');
    await expect.poll(stockShown, { timeout: 15_000 }).not.toBe(stockWords);
    stockWords = await stockShown();

    const traceId = payNow.headers.get('x-request-id') ?? '';
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    const withIt = (service: string) =>
      readFileSync(join(place.directory, 'logs', `${service}.log`), 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"traceId":"${traceId}"`));
    for (const service of services.filter((name) => name !== 'auth-service')) {
      expect(await until(() => withIt(service).length > 0, 10_000), `${service} logs the trace`).toBe(true);
    }
  });

  it('refuses a second start beside it, with address and process, and nothing is harmed', async () => {
    const running = start;
    const before = running?.family() ?? [];
    const second = npmStart(place, '--reset');
    expect(await second.exited).toMatchObject({ code: 1 });
    expect(second.text()).toBe(
      `The shop is already running at http://localhost:${place.site} (process ${runningOf(place).pid}).\n`,
    );
    expect(runningOf(place)).toEqual({ pid: running?.pid, names: everything });
    expect(running?.family()).toEqual(expect.arrayContaining(before));
    expect(await productsFound()).toBe(productsAtFirst);
    const shopper = visitor();
    await shopper.logIn(email, buyer.password);
    expect((await shopper.get('/orders')).text).toContain(order);
  });

  it('ends within ten seconds of Ctrl-C, with exit code 0 and nothing left running', async () => {
    if (!start) throw new Error('there is no shop to stop');
    const ports = portsOf(start.text());
    const family = start.family();
    // Launcher, six services, stand-in, database, and a broker of several processes.
    expect(family.length).toBeGreaterThan(10);
    expect(ports.length).toBeGreaterThanOrEqual(6);
    for (const port of ports) expect(await isPortFree(port), `port ${port} is in use`).toBe(false);

    const asked = Date.now();
    start.signal('SIGINT');
    expect(await start.exited).toEqual({ code: 0, signal: null });
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(start.text()).toContain('Stopping');
    expect(leftOver(family, place)).toEqual([]);
    for (const port of ports) expect(await isPortFree(port), `port ${port} is free`).toBe(true);
    expect(existsSync(join(place.directory, 'running.json'))).toBe(false);
  });

  it('names a taken port with its variable, starts nothing and forgets nothing', async () => {
    const secrets = readFileSync(join(place.directory, 'secrets.json'), 'utf8');
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(place.site, '127.0.0.1', resolve));
    try {
      const refused = npmStart(place, '--reset');
      expect(await refused.exited).toMatchObject({ code: 1 });
      expect(refused.text()).toBe(
        `Port ${place.site}, meant for the shop, is taken. Set SITE_PORT to another port, for example: SITE_PORT=${place.site + 1} npm start\n`,
      );
      expect(leftOver([refused.pid], place)).toEqual([]);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
    expect(readFileSync(join(place.directory, 'secrets.json'), 'utf8')).toBe(secrets);
    expect(existsSync(join(place.directory, 'rabbitmq'))).toBe(true);
  });

  it('has the same products, the order, the stock and the account at the next start', async () => {
    await begin().opened();
    expect(await productsFound()).toBe(productsAtFirst);
    expect(await stockShown()).toBe(stockWords);
    const shopper = visitor();
    await shopper.logIn(email, buyer.password);
    const orders = await shopper.get('/orders');
    expect(orders.text).toContain(order);
    expect(orders.text).toContain('state-paid">Paid<');
  });

  it('begins anew with --reset: the demo catalogue again, and nobody knows the account', async () => {
    start?.signal('SIGINT');
    expect(await start?.exited).toMatchObject({ code: 0 });
    await begin('--reset').opened();
    expect(await productsFound()).toBe(productsAtFirst);
    expect((await visitor().get(`/products/${productId}`)).status).toBe(404);
    expect((await visitor().logIn(email, buyer.password)).status).toBe(401);
    expect((await visitor().logIn('admin@micromall.test', 'admin')).text).toContain('Log out');
    start?.signal('SIGINT');
    expect(await start?.exited).toMatchObject({ code: 0 });
  });
});

describe('a service in production', () => {
  const addresses = {
    RABBITMQ_URL: 'amqp://someone:secret@127.0.0.1:1',
    MONGO_URL: 'mongodb://127.0.0.1:1/shop',
  };

  async function refusal(
    service: string,
    given: Record<string, string>,
  ): Promise<{ code: number | null; text: string }> {
    const lines: string[] = [];
    const child = startChild({
      command: process.execPath,
      args: [join(repositoryRoot, service, 'dist', 'main.js')],
      environment: { PATH: process.env.PATH, NODE_ENV: 'production', ...given },
      onLine: (line) => lines.push(line),
    });
    const { code } = await child.exited;
    return { code, text: lines.join('\n') };
  }

  it.each([
    ['auth-service', { FIRST_ADMIN_PASSWORD: 'admin' }],
    ['frontend-service', { SESSION_SECRET: 'a-session-secret-for-development' }],
  ])('%s refuses to start with a secret that everybody knows, set or not', async (service, publicSecrets) => {
    for (const given of [addresses, { ...addresses, ...publicSecrets }]) {
      const { code, text } = await refusal(service, given);
      expect(code).toBe(1);
      for (const [name, value] of Object.entries(publicSecrets)) {
        expect(text).toContain(`${name} must be set in production to something else than its default`);
        expect(text).not.toContain(`=${value}`);
      }
      expect(text).not.toMatch(/^\s+at /m);
    }
  });

  it.each([
    ['auth-service', ['FIRST_ADMIN_PASSWORD']],
    ['frontend-service', ['SESSION_SECRET']],
    ['payment-service', ['STRIPE_PRIVATE_KEY']],
    ['product-service', []],
    ['cart-service', []],
    ['order-service', []],
  ])('%s names every secret that is missing at once', async (service, secrets) => {
    const { code, text } = await refusal(service, {});
    expect(code).toBe(1);
    for (const name of ['RABBITMQ_URL', 'MONGO_URL', ...secrets]) expect(text).toContain(`- ${name} `);
  });
});

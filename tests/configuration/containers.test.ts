import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import * as auth from '@micromall/auth-service/config';
import * as cart from '@micromall/cart-service/config';
import { serviceNames } from '@micromall/contracts';
import { provideDemoCatalogue } from '@micromall/demo-catalogue/provide';
import { fillingVariables } from '@micromall/demo-catalogue/variables';
import * as frontend from '@micromall/frontend-service/config';
import { hashPassword } from '@micromall/launcher/broker/passwords';
import { writeBrokerDefinitions } from '@micromall/launcher/containers/broker-definitions';
import { preparationVariables } from '@micromall/launcher/containers/variables';
import { inspectorPorts } from '@micromall/launcher/inspectors';
import { repositoryRoot } from '@micromall/launcher/root';
import * as order from '@micromall/order-service/config';
import * as payment from '@micromall/payment-service/config';
import type { Variables } from '@micromall/platform';
import * as product from '@micromall/product-service/config';
import * as sandbox from '@micromall/stripe-sandbox/config';
import { allVariables } from '@micromall/tools/generated/variables';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { composeProject, environmentInside, source } from './compose.js';

const project = composeProject('docker-compose.yml');
const withKey = { STRIPE_PRIVATE_KEY: 'sk_test_51Key' };
const projectWithKey = composeProject('docker-compose.yml', withKey);

interface Program {
  readonly variables: Variables;
  readonly read: (environment: Record<string, string>) => unknown;
}
const programs: Record<string, Program> = {
  'auth-service': { variables: auth.variables, read: auth.readConfig },
  'cart-service': { variables: cart.variables, read: cart.readConfig },
  'frontend-service': { variables: frontend.variables, read: frontend.readConfig },
  'order-service': { variables: order.variables, read: order.readConfig },
  'payment-service': { variables: payment.variables, read: payment.readConfig },
  'product-service': { variables: product.variables, read: product.readConfig },
  'stripe-sandbox': { variables: sandbox.variables, read: sandbox.readSettings },
};

/** Where the code of a program is, from the root. */
function folderOf(name: string): string {
  return name === 'stripe-sandbox' ? 'dev/stripe-sandbox' : name;
}

function serviceOf(name: string, from = project) {
  const service = from.services[name];
  if (service === undefined) throw new Error(`there is no ${name}`);
  return service;
}

describe('the shop in containers', () => {
  it('has every service of the contracts, and the stand-in for Stripe', () => {
    expect(Object.keys(programs)).toEqual([...serviceNames, 'stripe-sandbox']);
    for (const name of Object.keys(programs)) {
      expect(serviceOf(name).build).toMatchObject({ target: 'service', args: { SERVICE: folderOf(name) } });
    }
  });

  it.each(Object.entries(programs))(
    '%s is given every variable that it reads, and no other',
    (name, program) => {
      // Chosen by whether there is a key; tests alone kill a process at a chosen place.
      const choice = ['STRIPE_API_URL', 'FAILPOINT'];
      const given = Object.keys(serviceOf(name).environment ?? {}).filter((key) => !choice.includes(key));
      const known = Object.keys(program.variables).filter((key) => !choice.includes(key));
      expect(given.toSorted()).toEqual(known.toSorted());
    },
  );

  it.each(Object.entries(programs))(
    '%s starts with nothing but what is in the compose file',
    (name, program) => {
      program.read(environmentInside(serviceOf(name)));
      program.read(environmentInside(serviceOf(name, projectWithKey), withKey));
    },
  );

  it('has no stand-in for Stripe as soon as there is a key, and never shows the key to it', () => {
    expect(serviceOf('stripe-sandbox').deploy).toEqual({ replicas: 1 });
    expect(serviceOf('stripe-sandbox', projectWithKey).deploy).toEqual({ replicas: 0 });
    const before = environmentInside(serviceOf('payment-service'));
    expect(before.STRIPE_API_URL).toBe('http://stripe-sandbox:4242');
    expect(before.STRIPE_PRIVATE_KEY).toBe(environmentInside(serviceOf('stripe-sandbox')).SANDBOX_API_KEY);
    expect(before.STRIPE_WEBHOOK_SECRET).toBe(
      environmentInside(serviceOf('stripe-sandbox')).STRIPE_WEBHOOK_SECRET,
    );
    const after = environmentInside(serviceOf('payment-service', projectWithKey), withKey);
    expect(after.STRIPE_API_URL).toBeUndefined();
    expect(after.STRIPE_PRIVATE_KEY).toBe('sk_test_51Key');
    const others = Object.entries(projectWithKey.services).filter(([name]) => name !== 'payment-service');
    expect(JSON.stringify(others)).not.toContain('sk_test_51Key');
    for (const from of [project, projectWithKey]) {
      expect(Object.keys(serviceOf('payment-service', from).depends_on ?? {})).not.toContain(
        'stripe-sandbox',
      );
    }
  });

  it('scales what publishes no port, and Prometheus finds every replica by its name', () => {
    for (const name of ['auth-service', 'product-service', 'cart-service', 'order-service']) {
      expect(serviceOf(name).ports).toBeUndefined();
    }
    const jobs = z.looseObject({
      scrape_configs: z.array(
        z.looseObject({
          job_name: z.string(),
          dns_sd_configs: z.array(z.looseObject({ names: z.array(z.string()), port: z.int() })).optional(),
        }),
      ),
    });
    const { scrape_configs } = jobs.parse(parse(source('prometheus/prometheus.yml')));
    const [lookup] = scrape_configs.find((job) => job.job_name === 'micromall')?.dns_sd_configs ?? [];
    expect(lookup?.names.toSorted()).toEqual([...serviceNames]);
    for (const name of serviceNames) {
      expect(serviceOf(name).networks).toContain('monitoring');
      expect(environmentInside(serviceOf(name)).OPERATIONS_PORT).toBe(String(lookup?.port));
    }
    expect(serviceOf('prometheus').networks).toContain('monitoring');
  });
});

describe('passwords in containers', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'micromall-containers-'));
    file = join(directory, 'definitions.json');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const users = z.object({ users: z.array(z.object({ name: z.string(), password_hash: z.string() })) });
  async function logins(environment: Record<string, string>) {
    await writeBrokerDefinitions({ ...environment, DEFINITIONS_FILE: file });
    return users.parse(JSON.parse(await readFile(file, 'utf8'))).users;
  }

  const own = { CART_SERVICE_PASSWORD: 'another.word', RABBITMQ_ADMIN_PASSWORD: 'a.third.word' };

  it.each([
    ['of development', {}],
    ['of the environment', own],
  ])('%s open the broker to each service', async (_which, outside) => {
    const from = composeProject('docker-compose.yml', outside);
    const known = await logins(environmentInside(serviceOf('prepare', from), outside));
    for (const name of [...serviceNames, 'seed']) {
      const url = new URL(environmentInside(serviceOf(name, from), outside).RABBITMQ_URL ?? '');
      expect(url.username).toBe(name === 'seed' ? 'admin' : name);
      const hash = known.find((user) => user.name === url.username)?.password_hash ?? '';
      const salt = Buffer.from(hash, 'base64').subarray(0, 4);
      expect(hashPassword(url.password, salt).password_hash, name).toBe(hash);
    }
  });

  it.each([
    ['of development', {}],
    ['of the environment', own],
  ])('%s open to each service its own database, and nothing else', (_which, outside) => {
    const from = composeProject('docker-compose.yml', outside);
    const made: { database: string; user: string; pwd: string; roles: unknown }[] = [];
    const database = (name: string) => ({
      getSiblingDB: database,
      createUser: (user: { user: string; pwd: string; roles: unknown }) =>
        made.push({ database: name, ...user }),
    });
    const env = environmentInside(serviceOf('mongo', from), outside);
    runInNewContext(source('mongo/users.js'), { db: database('test'), process: { env } });
    for (const name of serviceNames) {
      const url = new URL(environmentInside(serviceOf(name, from), outside).MONGO_URL ?? '');
      expect([url.username, url.pathname]).toEqual([name, `/${name}`]);
      expect(made).toContainEqual({
        database: name,
        user: name,
        pwd: url.password,
        roles: [{ role: 'readWrite', db: name }],
      });
    }
    const exporter = environmentInside(serviceOf('mongodb-exporter', from), outside);
    expect(made.slice(serviceNames.length)).toEqual([
      {
        database: 'admin',
        user: exporter.MONGODB_USER,
        pwd: exporter.MONGODB_PASSWORD,
        roles: [
          { role: 'clusterMonitor', db: 'admin' },
          { role: 'read', db: 'local' },
        ],
      },
    ]);
  });

  it('that everybody knows are refused in production, all of them at once', async () => {
    const production = {
      ...environmentInside(serviceOf('prepare')),
      NODE_ENV: 'production',
      DEFINITIONS_FILE: file,
    };
    const refusal = await writeBrokerDefinitions(production).catch(String);
    for (const name of Object.keys(preparationVariables).filter((key) => key.endsWith('_PASSWORD'))) {
      expect(refusal).toContain(`${name} must be set in production`);
    }
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    // Neither the broker nor the database starts then.
    for (const name of ['rabbitmq', 'mongo']) {
      expect(serviceOf(name).depends_on).toMatchObject({
        prepare: { condition: 'service_completed_successfully' },
      });
    }
  });

  it('that an address can not carry are refused', async () => {
    await expect(logins({ ORDER_SERVICE_PASSWORD: 'a@b:c/d' })).rejects.toThrow(
      /ORDER_SERVICE_PASSWORD: must have at least 5 characters, of letters, digits/,
    );
  });

  it('do not come with a demo catalogue in production', async () => {
    const inside = environmentInside(serviceOf('seed'));
    // There is no broker of that name here: asking it would fail.
    expect(await provideDemoCatalogue({ ...inside, NODE_ENV: 'production' })).toBe(
      'no demo catalogue is wanted',
    );
    expect(await provideDemoCatalogue({ ...inside, DEMO_CATALOGUE: 'no' })).toBe(
      'no demo catalogue is wanted',
    );
    expect(Object.keys(serviceOf('seed').environment ?? {}).toSorted()).toEqual(
      Object.keys(fillingVariables).toSorted(),
    );
    expect(Object.keys(serviceOf('prepare').environment ?? {}).toSorted()).toEqual(
      Object.keys(preparationVariables).toSorted(),
    );
  });
});

describe('the variables of the compose files', () => {
  const files = ['docker-compose.yml', 'docker-compose.dev.yml', 'dev/stripe-sandbox/choice.yml'];
  const used = files.flatMap((file) => [...source(file).matchAll(/\$\{(\w+)(?::-([^${}]*)\})?/g)]);
  const described = new Map(allVariables().map((named) => [named.name, named]));
  /** Where the stand-in's own variables have no default, the compose file must agree with itself. */
  const ofTheStandIn = new Set([
    'SANDBOX_API_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'PUBLIC_URL',
    'STRIPE_PRIVATE_KEY',
  ]);

  it('are all in .env.example, with the same defaults', () => {
    expect(used.length).toBeGreaterThan(20);
    for (const [, name = '', otherwise] of used) {
      const variable = described.get(name)?.readBy[0]?.variable;
      expect(variable, name).toBeDefined();
      if (otherwise === undefined || otherwise === '' || ofTheStandIn.has(name)) continue;
      if (variable?.default !== undefined) expect(otherwise, name).toBe(variable.default);
    }
  });
});

describe('the compose file for development', () => {
  const overlay = composeProject('docker-compose.dev.yml');

  it.each(Object.entries(inspectorPorts))(
    '%s restarts with its source, and a debugger finds it on port %i of this machine',
    (name, port) => {
      const service = overlay.services[name];
      const folder = folderOf(name);
      expect(service?.build?.target).toBe('development');
      expect(service?.ports).toEqual([`127.0.0.1:${port}:9229`]);
      // With a name of its own, so that the images of the plain shop stay what they are.
      expect(service?.image).toBe('micromall-development');
      expect(service?.command).toContain('--inspect=0.0.0.0:9229');
      const hasViews = existsSync(join(repositoryRoot, folder, 'views'));
      const watching = hasViews ? ['--watch-path=dist', '--watch-path=views'] : ['--watch'];
      expect(service?.command).toEqual(expect.arrayContaining(watching));
      expect(service?.working_dir).toBe(`/app/${folder}`);
      expect(service?.volumes).toContain(`./${folder}:/app/${folder}:ro`);
      expect(overlay.services.compile?.volumes).toContain(`./${folder}:/app/${folder}`);
      expect(overlay.services.compile?.command).toEqual(
        expect.arrayContaining([folder, `--watch-path=${folder}/src`]),
      );
      const networks = [...(serviceOf(name).networks ?? []), ...(service?.networks ?? [])];
      expect(networks).toContain('edge');
    },
  );

  it('has every program of the shop', () => {
    expect(Object.keys(overlay.services).toSorted()).toEqual(
      [...Object.keys(programs), 'compile'].toSorted(),
    );
    expect(Object.keys(inspectorPorts).toSorted()).toEqual(Object.keys(programs).toSorted());
  });
});

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brokerDefinitions } from '@micromall/contracts';
import { drawAhead, drawOnDemand } from '@micromall/demo-catalogue/studio';
import type { Environment } from '../setup/machine.mjs';
import { createFleet, type Fleet } from './fleet.js';
import { chooseBroker, chooseDatabase } from './foundations.js';
import { acquireLock, lockFile } from './lock.js';
import { type LogFiles, openLogFiles } from './log-files.js';
import { type Output, silentOutput } from './output.js';
import { environmentOf, type PlanContext, type ProgramPlan, shopPlan, siteUrl } from './plan.js';
import { allPorts, choosePorts, type ShopPorts } from './ports.js';
import { releasePorts } from './processes/port-claims.js';
import { createProgram } from './processes/program.js';
import type { Unit } from './processes/unit.js';
import { acceptsConnections, answersOk } from './processes/waiting.js';
import { createPrometheus } from './prometheus.js';
import { repositoryRoot } from './root.js';
import { runningShop, type ShopParts } from './running-shop.js';
import { loadSecrets, type Secrets } from './secrets.js';
import { seedShop } from './seed.js';
import { readSettings } from './settings.js';
import type { Shop, ShopOptions } from './shop-types.js';
import type { LauncherSettings } from './variables.js';

const READY_WITHIN_MS = 60_000;
/** Saves each idle service a tenth of its memory. */
const smallYoungGeneration = ['--max-semi-space-size=4'];

function forgetData(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name !== lockFile) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

/** Everything that one start needs to know, decided before anything is started. */
interface Start {
  readonly options: ShopOptions;
  readonly given: Environment;
  readonly settings: LauncherSettings;
  readonly directory: string;
  readonly plans: readonly ProgramPlan[];
  readonly sandboxPlan: ProgramPlan;
  readonly output: Output;
  readonly fleet: Fleet;
  readonly logs: LogFiles;
  readonly onLine: (name: string) => (line: string) => void;
}

function secretsOf({ options, directory }: Start, users: readonly string[]): Secrets {
  const secrets = loadSecrets(directory, users);
  return { ...secrets, brokerPasswords: { ...secrets.brokerPasswords, ...options.brokerPasswords } };
}

function prepare(start: Start, ports: ShopPorts, stop: () => Promise<void>): ShopParts {
  const { options, settings } = start;
  const sandbox = settings.STRIPE_PRIVATE_KEY === undefined;
  // Not before it is clear that the shop can start.
  if (options.reset) forgetData(start.directory);
  const definitions = brokerDefinitions();
  const secrets = secretsOf(
    start,
    definitions.users.map(({ name }) => name),
  );
  const grounds = { ...start, ports, definitions, secrets };
  return {
    ports,
    secrets,
    sandbox,
    database: chooseDatabase(grounds),
    broker: chooseBroker(grounds),
    fleet: start.fleet,
    logs: start.logs,
    stop,
  };
}

async function launchAll(start: Start, parts: ShopParts): Promise<void> {
  const { options, given, output, fleet, plans, onLine } = start;
  const { ports, database, broker } = parts;
  const throwaway = options.throwaway ?? false;
  const context: PlanContext = {
    ...parts,
    directory: start.directory,
    brokerUrl: broker.url,
    mongoUrl: database.url,
  };

  function inspector(name: string): string[] {
    const port = options.inspectorPorts?.[name];
    return port === undefined ? [] : [`--inspect=127.0.0.1:${port}`, '--enable-source-maps'];
  }

  function program(plan: ProgramPlan, isReady: () => Promise<boolean>): Unit {
    return createProgram({
      name: plan.name,
      command: process.execPath,
      args: [...smallYoungGeneration, ...inspector(plan.name), resolve(repositoryRoot, plan.main)],
      directory: repositoryRoot,
      environment: environmentOf(plan, context, given),
      isReady,
      readyWithinMs: READY_WITHIN_MS,
      onLine: onLine(plan.name),
    });
  }

  await Promise.all([
    output.step('Database', async () => {
      if (database.unit) await fleet.launch(database.unit, 'foundation', throwaway);
    }),
    output.step('RabbitMQ', async () => {
      if (broker.unit) await fleet.launch(broker.unit, 'foundation', throwaway);
      await broker.prepare();
    }),
    output.step('Stripe stand-in', async () => {
      if (!parts.sandbox) return;
      const unit = program(start.sandboxPlan, () => acceptsConnections(ports.stripe));
      await fleet.launch(unit, 'outside');
    }),
  ]);
  await Promise.all([
    launchPrometheus(start, parts),
    ...plans.map((plan) => {
      const unit = program(plan, () => answersOk(`http://127.0.0.1:${ports.operations[plan.name]}/readyz`));
      return output.step(plan.name, () => fleet.launch(unit, 'service'));
    }),
  ]);
}

/** Nobody is kept from shopping because nobody watches. */
async function launchPrometheus(
  { options, directory, output, fleet, onLine }: Start,
  parts: ShopParts,
): Promise<void> {
  if (options.prometheus === undefined) return;
  const watched = { ports: parts.ports, ownBroker: parts.broker.unit !== undefined };
  const place = join(directory, 'prometheus');
  const unit = createPrometheus(options.prometheus, watched, place, onLine('prometheus'));
  try {
    await output.step('Prometheus', () => fleet.launch(unit, 'outside', options.throwaway ?? false));
  } catch (error) {
    await fleet.leaveOut('prometheus');
    output.say(`Nobody watches over this shop: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Starts a whole shop and resolves when each part is ready. Rejects, with nothing left running, with
 * ConfigurationError, AlreadyRunning, PortsTaken or StartFailed, each with a message for a person.
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { environment: given = process.env, output = silentOutput, signal } = options;
  const settings = readSettings(given);
  const directory = resolve(options.directory);
  const { services, sandbox } = options.plan ?? shopPlan;
  const plans = services.filter(({ name }) => options.services?.includes(name) ?? true);
  const lock = await acquireLock(directory, `http://localhost:${options.ports?.site ?? ''}`);

  const logs = openLogFiles(join(directory, 'logs'));
  let chosen: ShopPorts | undefined;
  const fleet = createFleet({
    say: output.say,
    onChange: (running) => lock.record(chosen ? siteUrl(chosen) : '', running),
  });
  const abort = () => void fleet.stop();
  async function stop(): Promise<void> {
    signal?.removeEventListener('abort', abort);
    await fleet.stop();
    await logs.close();
    if (chosen) releasePorts(allPorts(chosen));
    lock.release();
  }
  const onLine = (name: string) => (line: string) => {
    logs.write(name, line);
    output.logged({ unit: name, line, ready: fleet.member(name)?.isReady() ?? false });
  };

  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    const start: Start = {
      options,
      given,
      settings,
      directory,
      plans,
      sandboxPlan: sandbox,
      output,
      fleet,
      logs,
      onLine,
    };
    chosen = await choosePorts(
      options.ports ?? {},
      plans.map(({ name }) => name),
      settings.STRIPE_PRIVATE_KEY === undefined ? ['site', 'webhook', 'stripe'] : ['site', 'webhook'],
    );
    const parts = prepare(start, chosen, stop);
    // A shop without any data will want every picture of the demo catalogue.
    const seeds = options.seed ?? true;
    const pictureOf = seeds && !existsSync(join(directory, 'rabbitmq')) ? drawAhead() : drawOnDemand;
    lock.record(siteUrl(parts.ports), []);
    await launchAll(start, parts);
    const shop = runningShop(parts);
    if (seeds) await output.step('Demo catalogue', () => seedShop(shop, pictureOf));
    signal?.throwIfAborted();
    signal?.removeEventListener('abort', abort);
    return shop;
  } catch (error) {
    await stop();
    throw error;
  }
}

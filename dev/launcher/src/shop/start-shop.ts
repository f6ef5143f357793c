import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brokerDefinitions } from '@micromall/contracts';
import { readSettings } from '../config.js';
import { openLogFiles } from '../logs/log-files.js';
import { releasePorts } from '../processes/port-claims.js';
import { createProcessGroup } from '../processes/process-group.js';
import { silentOutput } from '../terminal.js';
import { chooseBroker, chooseDatabase } from './backing-services.js';
import { lockData, lockFile } from './data-lock.js';
import { launchAll, type Start } from './launch.js';
import { shopPlan, siteUrl } from './plan.js';
import { allPorts, type ChosenPorts, choosePorts } from './ports.js';
import { runningShop, type ShopParts } from './running-shop.js';
import { loadSecrets } from './secrets.js';
import type { Shop, ShopOptions } from './shop.js';

function forgetData(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name !== lockFile) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function prepare(start: Start, chosen: ChosenPorts, stop: () => Promise<void>): ShopParts {
  const { options, settings, directory } = start;
  // Not before it is clear that the shop can start.
  if (options.reset) forgetData(directory);
  const definitions = brokerDefinitions();
  const users = definitions.users.map(({ name }) => name);
  const loaded = loadSecrets(directory, users);
  const secrets = {
    ...loaded,
    brokerPasswords: { ...loaded.brokerPasswords, ...options.brokerPasswords },
  };
  const backing = { ...start, ports: chosen.ports, definitions, secrets };
  return {
    ...chosen,
    secrets,
    sandbox: settings.STRIPE_PRIVATE_KEY === undefined,
    plans: [...start.services, start.sandboxPlan],
    database: chooseDatabase(backing),
    broker: chooseBroker(backing),
    processes: start.processes,
    logs: start.logs,
    stop,
  };
}

/**
 * Starts a whole shop and resolves when each part is ready. Rejects, with nothing left running, with
 * ConfigurationError, AlreadyRunning, PortsTaken or StartFailed, each with a message for a person.
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { environment: given = process.env, output = silentOutput, signal } = options;
  const settings = readSettings(given);
  const directory = resolve(options.directory);
  const plan = options.plan ?? shopPlan;
  const services = plan.services.filter(({ name }) => options.services?.includes(name) ?? true);
  const lock = await lockData(directory, `http://localhost:${options.ports?.site ?? ''}`);

  const logs = openLogFiles(join(directory, 'logs'));
  let chosen: ChosenPorts | undefined;
  const processes = createProcessGroup({
    print: output.print,
    onChange: (running) => lock.record(chosen ? siteUrl(chosen.ports) : '', running),
  });
  const abort = () => void processes.stop();
  async function stop(): Promise<void> {
    signal?.removeEventListener('abort', abort);
    await processes.stop();
    await logs.close();
    if (chosen) releasePorts(allPorts(chosen.ports));
    lock.release();
  }
  const onLine = (name: string) => (line: string) => {
    logs.write(name, line);
    output.showLog({ program: name, line, ready: processes.member(name)?.isReady() ?? false });
  };

  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    const start: Start = {
      options,
      given,
      settings,
      directory,
      services,
      sandboxPlan: plan.sandbox,
      output,
      processes,
      logs,
      onLine,
    };
    chosen = await choosePorts(
      options.ports ?? {},
      services.map(({ name }) => name),
      settings.STRIPE_PRIVATE_KEY === undefined ? ['site', 'webhook', 'stripe'] : ['site', 'webhook'],
    );
    const parts = prepare(start, chosen, stop);
    lock.record(siteUrl(parts.ports), []);
    await launchAll(start, parts);
    signal?.throwIfAborted();
    signal?.removeEventListener('abort', abort);
    return runningShop(parts);
  } catch (error) {
    await stop();
    throw error;
  }
}

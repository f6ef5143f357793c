import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '@micromall/platform/variables';
import { findProgram } from '../setup/machine.mjs';
import { readSettings } from './config.js';
import { inspectorPorts } from './inspectors.js';
import { StartFailed } from './processes/program.js';
import { repositoryRoot } from './root.js';
import { AlreadyRunning } from './shop/data-lock.js';
import { PortsTaken, standardPorts } from './shop/ports.js';
import type { Shop } from './shop/shop.js';
import { startShop } from './shop/start-shop.js';
import { shopTable } from './shop/table.js';
import { terminalOutput } from './terminal.js';
import { type Watching, watchSources } from './watch.js';

const USAGE = `npm start                 starts the shop
npm start -- --reset      forgets all data first
npm start -- --verbose    shows every log line
npm run dev               compiles and restarts a service when its source changes
npm run dev -- --inspect  opens a port for a debugger in each program: .vscode/launch.json`;

interface Arguments {
  readonly reset: boolean;
  readonly verbose: boolean;
  readonly watch: boolean;
  readonly inspect: boolean;
}

const withoutPrometheus =
  'There is no Prometheus on this machine, so nothing is counted and no alarm is raised. It is used when it is there: apt-get install prometheus, or brew install prometheus.\n';

function readArguments(): Arguments | undefined {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { reset: flag, verbose: flag, watch: flag, inspect: flag, help: flag },
    });
    return values.help ? undefined : values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return undefined;
  }
}

function explain(error: unknown, directory: string): string {
  if (error instanceof StartFailed) {
    return `${error.message}\nIts log: ${join(directory, 'logs', `${error.program}.log`)}`;
  }
  const expected =
    error instanceof ConfigurationError || error instanceof AlreadyRunning || error instanceof PortsTaken;
  if (expected) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === undefined) return console.error(USAGE);
  const file = join(repositoryRoot, '.env');
  if (existsSync(file)) process.loadEnvFile(file);

  const stopping = new AbortController();
  let shop: Shop | undefined;
  let watching: Watching | undefined;
  async function stopInOrder(): Promise<void> {
    await watching?.stop();
    await shop?.stop();
    process.exit(0);
  }
  function onSignal(): void {
    if (stopping.signal.aborted) {
      // What is still running is killed on the way out.
      process.exit(130);
    }
    stopping.abort();
    console.error('\nStopping; Ctrl-C again ends everything at once.');
    if (shop !== undefined) void stopInOrder();
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  let directory = repositoryRoot;
  const output = terminalOutput({ showEverything: given.verbose });
  try {
    const settings = readSettings(process.env);
    directory = resolve(repositoryRoot, settings.DATA_DIRECTORY);
    const prometheus = settings.PROMETHEUS === 'off' ? undefined : findProgram('prometheus', process.env);
    shop = await startShop({
      directory,
      ports: {
        ...standardPorts,
        site: settings.SITE_PORT,
        webhook: settings.WEBHOOK_PORT,
        stripe: settings.STRIPE_SANDBOX_PORT,
      },
      reset: given.reset,
      ...(prometheus === undefined ? {} : { prometheus: { program: prometheus } }),
      ...(given.inspect ? { inspectorPorts } : {}),
      output,
      signal: stopping.signal,
    });
    if (given.watch) watching = await watchSources({ shop, output });
    output.print(shopTable(shop));
    if (settings.PROMETHEUS !== 'off' && prometheus === undefined) output.print(withoutPrometheus);
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    console.error(explain(error, directory));
    process.exit(1);
  }
  if (stopping.signal.aborted) await stopInOrder();
}

await main();

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '@micromall/platform';
import { findProgram } from '../setup/machine.mjs';
import { inspectorPorts } from './inspectors.js';
import { AlreadyRunning } from './lock.js';
import { terminalOutput } from './output.js';
import { PortsTaken, standardPorts } from './ports.js';
import { StartFailed } from './processes/unit.js';
import { repositoryRoot } from './root.js';
import { readSettings } from './settings.js';
import { startShop } from './shop.js';
import type { Shop } from './shop-types.js';
import { shopTable } from './table.js';
import { type Watching, watchSources } from './watch.js';

const USAGE = `npm start                 starts the shop
npm start -- --reset      forgets all data first
npm start -- --verbose    shows every log line
npm run dev               compiles and restarts a service when its source changes
npm run dev -- --inspect  opens a port for a debugger in each program: .vscode/launch.json`;

interface Wanted {
  readonly reset: boolean;
  readonly verbose: boolean;
  readonly watch: boolean;
  readonly inspect: boolean;
}

const withoutPrometheus =
  'There is no Prometheus on this machine, so nothing counts and nothing alarms. It is used when it is there: apt-get install prometheus, or brew install prometheus.\n';

function readArguments(): Wanted | undefined {
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
    return `${error.message}\nIts log: ${join(directory, 'logs', `${error.unit}.log`)}`;
  }
  const expected =
    error instanceof ConfigurationError || error instanceof AlreadyRunning || error instanceof PortsTaken;
  if (expected) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<void> {
  const wanted = readArguments();
  if (wanted === undefined) return console.error(USAGE);
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
  const output = terminalOutput({ showEverything: wanted.verbose });
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
      reset: wanted.reset,
      ...(prometheus === undefined ? {} : { prometheus: { program: prometheus } }),
      ...(wanted.inspect ? { inspectorPorts } : {}),
      output,
      signal: stopping.signal,
    });
    if (wanted.watch) watching = await watchSources({ shop, output });
    output.say(shopTable(shop));
    if (settings.PROMETHEUS !== 'off' && prometheus === undefined) output.say(withoutPrometheus);
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    console.error(explain(error, directory));
    process.exit(1);
  }
  if (stopping.signal.aborted) await stopInOrder();
}

await main();

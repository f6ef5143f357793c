import { type FSWatcher, watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCommand } from '../setup/compiler.mjs';
import { startChild } from './processes/child.js';
import { repositoryRoot } from './root.js';
import type { Shop, ShopProcess } from './shop/shop.js';
import type { Output } from './terminal.js';

export interface Watching {
  stop(): Promise<void>;
}

export interface WatchOptions {
  readonly shop: Shop;
  readonly output: Output;
  /** Where the folders of the services lie; default: this repository. */
  readonly root?: string;
  /** Makes what runs from what is written; default: the compiler, once. Ends early when `signal` aborts. */
  readonly compile?: (signal: AbortSignal) => Promise<void>;
}

/** The compiler writes many files for one change, and so does an editor. */
const QUIET_MS = 300;
const SHARED_FOLDERS = ['contracts', 'platform'];
const WATCHED_PARTS = ['dist', 'views', 'public'];

/** Only what has changed is compiled: a second or two, and no compiler stays in memory between changes. */
async function compileOnce(output: Output, signal: AbortSignal): Promise<void> {
  const { command, args } = compileCommand(repositoryRoot);
  const compiler = startChild({
    command,
    args: [...args, '--pretty', 'false'],
    directory: repositoryRoot,
    environment: process.env,
    onLine: (line) => {
      if (/error TS\d+/.test(line)) output.print(`  compiler: ${line}`);
    },
  });
  const end = () => compiler.signal('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  await compiler.exited;
  process.off('exit', end);
}

/** Types and maps change nothing that runs. */
function changesWhatRuns(file: string): boolean {
  return !/\.d\.ts$|\.map$|\.tsbuildinfo$|~$/.test(file);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** By folder, the processes that run its code. */
function processesByFolder(shop: Shop): Map<string, ShopProcess[]> {
  const own = shop.processNames
    .map((name) => shop.process(name))
    .filter(({ folder }) => folder !== undefined);
  return new Map([
    ...SHARED_FOLDERS.map((folder): [string, ShopProcess[]] => [folder, own]),
    ...own.map((program): [string, ShopProcess[]] => [program.folder ?? '', [program]]),
  ]);
}

/**
 * Compiles whenever a source changes and restarts what was made from it: a service for its own code, pages and
 * assets, every service for what they share.
 */
export async function watchSources(options: WatchOptions): Promise<Watching> {
  const { shop, output, root = repositoryRoot } = options;
  const { compile = (signal) => compileOnce(output, signal) } = options;
  const stopping = new AbortController();
  const changed = new Map<string, ShopProcess>();
  const watchers: FSWatcher[] = [];

  async function restartChanged(): Promise<void> {
    const programs = [...changed.values()];
    changed.clear();
    await Promise.all(
      programs.map(async (program) => {
        try {
          await program.restart();
          output.print(`  ${program.name} was restarted.`);
        } catch (error) {
          output.print(`  ${error instanceof Error ? error.message : String(error)}`);
        }
      }),
    );
  }
  const compiling = afterQuiet(() => compile(stopping.signal));
  const restarting = afterQuiet(restartChanged);

  async function watchFolder(path: string, onChange: (file: string) => void): Promise<void> {
    if (!(await exists(path))) return;
    watchers.push(watch(path, { recursive: true }, (_event, file) => onChange(file ?? '')));
  }

  for (const [folder, programs] of processesByFolder(shop)) {
    await watchFolder(join(root, folder, 'src'), compiling.request);
    for (const part of WATCHED_PARTS) {
      await watchFolder(join(root, folder, part), (file) => {
        if (!changesWhatRuns(file)) return;
        for (const program of programs) changed.set(program.name, program);
        restarting.request();
      });
    }
  }

  return {
    async stop() {
      stopping.abort();
      for (const watcher of watchers) watcher.close();
      await Promise.all([compiling.stop(), restarting.stop()]);
    },
  };
}

/** Does `work` once it is quiet after a request, one time after the other. */
function afterQuiet(work: () => Promise<void>): { request(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  return {
    request() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(work);
      }, QUIET_MS);
    },
    async stop() {
      clearTimeout(timer);
      await running;
    },
  };
}

import { type FSWatcher, watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCommand } from '../setup/compiler.mjs';
import { type Child, startChild } from './processes/child.js';
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
  readonly compile?: () => Child;
}

/** The compiler writes many files for one change of the source. */
const QUIET_MS = 300;
const SHARED_FOLDERS = ['contracts', 'platform'];
const WATCHED_PARTS = ['dist', 'views', 'public'];

function compileOnChange(output: Output): Child {
  const { command, args } = compileCommand(repositoryRoot);
  return startChild({
    command,
    args: [...args, '--watch', '--preserveWatchOutput', '--pretty', 'false'],
    directory: repositoryRoot,
    environment: process.env,
    onLine: (line) => {
      if (/error TS\d+/.test(line)) output.print(`  compiler: ${line}`);
    },
  });
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
  const { shop, output, root = repositoryRoot, compile = () => compileOnChange(output) } = options;
  const changed = new Map<string, ShopProcess>();
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let restarting: Promise<void> = Promise.resolve();

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

  function onChange(programs: readonly ShopProcess[]): void {
    for (const program of programs) changed.set(program.name, program);
    clearTimeout(timer);
    timer = setTimeout(() => {
      restarting = restarting.then(restartChanged);
    }, QUIET_MS);
  }

  for (const [folder, programs] of processesByFolder(shop)) {
    for (const part of WATCHED_PARTS) {
      const path = join(root, folder, part);
      if (!(await exists(path))) continue;
      watchers.push(
        watch(path, { recursive: true }, (_event, file) => {
          if (file === null || changesWhatRuns(file)) onChange(programs);
        }),
      );
    }
  }
  const compiler = compile();
  const killCompiler = () => compiler.signal('SIGKILL');
  process.once('exit', killCompiler);

  return {
    async stop() {
      clearTimeout(timer);
      process.off('exit', killCompiler);
      for (const watcher of watchers) watcher.close();
      await Promise.all([restarting, compiler.end(2000)]);
    },
  };
}

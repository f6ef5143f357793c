import { type FSWatcher, watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from './output.js';
import { type Child, startChild } from './processes/child.js';
import { repositoryRoot } from './root.js';
import type { Shop } from './shop-types.js';

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
/** Parts of the shop that have no code of this repository to follow. */
const NOT_COMPILED = new Set(['rabbitmq', 'mongo', 'prometheus']);

function compileOnChange(output: Output): Child {
  const compiler = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  return startChild({
    command: process.execPath,
    args: [compiler, '-b', '--watch', '--preserveWatchOutput', '--pretty', 'false'],
    directory: repositoryRoot,
    environment: process.env,
    onLine: (line) => {
      if (/error TS\d+/.test(line)) output.say(`  compiler: ${line}`);
    },
  });
}

/** Types and maps change nothing that runs. */
function matters(file: string): boolean {
  return !/\.d\.ts$|\.map$|\.tsbuildinfo$|~$/.test(file);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Compiles whenever a source changes and restarts what was made from it: a service for its own code, pages and
 * assets, every service for what they share.
 */
export async function watchSources(options: WatchOptions): Promise<Watching> {
  const { shop, output, root = repositoryRoot, compile = () => compileOnChange(output) } = options;
  const programs = shop.processNames.filter((name) => !NOT_COMPILED.has(name));
  const changed = new Set<string>();
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let busy: Promise<void> = Promise.resolve();

  async function restartChanged(): Promise<void> {
    const names = [...changed];
    changed.clear();
    await Promise.all(
      names.map(async (name) => {
        try {
          await shop.process(name).restart();
          output.say(`  ${name} was restarted.`);
        } catch (error) {
          output.say(`  ${error instanceof Error ? error.message : String(error)}`);
        }
      }),
    );
  }

  function noticed(names: readonly string[]): void {
    for (const name of names) changed.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => {
      busy = busy.then(restartChanged);
    }, QUIET_MS);
  }

  for (const folder of [...SHARED_FOLDERS, ...programs]) {
    const restarted = programs.includes(folder) ? [folder] : programs;
    for (const part of WATCHED_PARTS) {
      const path = join(root, folder, part);
      if (!(await exists(path))) continue;
      watchers.push(
        watch(path, { recursive: true }, (_event, file) => {
          if (file === null || matters(file)) noticed(restarted);
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
      await Promise.all([busy, compiler.end(2000)]);
    },
  };
}

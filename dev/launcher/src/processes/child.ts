import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { findProgram } from '../../setup/machine.mjs';

/** How a process ended: `code` when it exited, `signal` when it was killed. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory?: string;
  /** The whole environment of the child; nothing is inherited. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called with each line that the child writes to its output or error output. */
  readonly onLine?: (line: string) => void;
}

export interface Child {
  readonly pid: number;
  /** Resolves when the child has ended and its output is read to the end; never rejects. */
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  /** The last lines that the child wrote, oldest first. */
  lastLines(count: number): string[];
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end (SIGTERM) and kills it when it has not after `graceMs`. */
  end(graceMs: number): Promise<Exit>;
}

const KEPT_LINES = 400;
/** A grandchild may keep the output open after the child itself is gone. */
const OUTPUT_GRACE_MS = 2000;
/** Signals that a program handles itself and passes on as it sees fit; the others go to all its children. */
const POLITE_SIGNALS = new Set<NodeJS.Signals>(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']);

let guard: readonly string[] | undefined;

/**
 * util-linux's setpriv asks the kernel to end a child when its parent dies, even by kill -9. Where there is
 * none (macOS, Alpine), the next start ends what a killed launcher left (shop/data-lock.ts).
 */
function parentDeathGuard(): readonly string[] {
  if (guard !== undefined) return guard;
  const setpriv = findProgram('setpriv', process.env);
  const works =
    setpriv !== undefined && spawnSync(setpriv, ['--pdeathsig', 'TERM', process.execPath, '-v']).status === 0;
  guard = works ? [setpriv, '--pdeathsig', 'TERM'] : [];
  return guard;
}

function eachLine(onLine: (line: string) => void): { take(chunk: string): void; finish(): void } {
  let rest = '';
  return {
    take(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    finish() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}

function whenEnded(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => {
      const late = setTimeout(() => resolve({ code, signal }), OUTPUT_GRACE_MS);
      child.once('close', () => {
        clearTimeout(late);
        resolve({ code, signal });
      });
    });
  });
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C in a terminal reaches only the launcher and
 * the order of stopping holds. Throws when the program cannot be started.
 */
export function startChild(options: ChildOptions): Child {
  const [command, ...args] = [...parentDeathGuard(), options.command, ...options.args];
  const child = spawn(command ?? options.command, args, {
    cwd: options.directory,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = whenEnded(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.command} could not be started; is it installed?`);

  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    const lines = eachLine((line) => {
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      options.onLine?.(line);
    });
    stream.setEncoding('utf8').on('data', lines.take).on('end', lines.finish);
  }

  function signal(name: NodeJS.Signals): void {
    if (ended || pid === undefined) return;
    try {
      process.kill(POLITE_SIGNALS.has(name) ? pid : -pid, name);
    } catch {
      // It ended a moment ago.
    }
  }

  return {
    pid,
    exited,
    hasExited: () => ended,
    lastLines: (count) => kept.slice(-count),
    signal,
    async end(graceMs) {
      signal('SIGTERM');
      const kill = setTimeout(() => signal('SIGKILL'), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(kill);
      }
    },
  };
}

/** "exited with 1", "was killed by SIGKILL" */
export function describeExit(exit: Exit): string {
  if (exit.signal !== null) return `was killed by ${exit.signal}`;
  if (exit.code === null) return 'could not be started';
  return `exited with ${exit.code}`;
}

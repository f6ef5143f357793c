import { setTimeout as delay } from 'node:timers/promises';
import { describeExit, type Exit } from './child.js';
import type { Program } from './program.js';

/** A program that is started again when it ends without having been asked to. */
export interface Supervised extends Omit<Program, 'onExit'> {
  isReady(): boolean;
  /** @param variables of the first process only: one that is started after it has died goes without */
  start(variables?: Readonly<Record<string, string>>): Promise<void>;
}

interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** A program that ran this long had nothing wrong with its start; waiting begins anew. */
  readonly resetAfterMs: number;
}

const backoff: Backoff = { firstMs: 250, longestMs: 10_000, resetAfterMs: 30_000 };

export interface SupervisorOptions {
  readonly print: (line: string) => void;
  /** Called when the process of the program has changed. */
  readonly onChange: () => void;
}

async function settlesWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, delay(milliseconds, false)]);
}

export function supervise(program: Program, { print, onChange }: SupervisorOptions): Supervised {
  let wanted = false;
  // Counts starts and stops, so that a recovery that was overtaken by one gives up.
  let generation = 0;
  let pause = new AbortController();
  let waitMs = backoff.firstMs;
  let readySince = 0;
  let ready = false;
  let starting: Promise<void> = Promise.resolve();

  async function begin(variables?: Readonly<Record<string, string>>): Promise<void> {
    starting = program.start(variables);
    await starting;
    readySince = Date.now();
    ready = true;
    onChange();
  }

  async function recover(exit: Exit): Promise<void> {
    const ownGeneration = generation;
    const overtaken = () => generation !== ownGeneration;
    if (Date.now() - readySince > backoff.resetAfterMs) waitMs = backoff.firstMs;
    print(`${program.name} ${describeExit(exit)}; starting it again.`);
    while (!overtaken()) {
      await delay(waitMs, undefined, { signal: pause.signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, backoff.longestMs);
      if (overtaken()) return;
      try {
        await begin();
        print(`${program.name} is back.`);
        return;
      } catch (error) {
        if (!overtaken()) print(error instanceof Error ? error.message : String(error));
      }
    }
  }

  program.onExit((exit) => {
    ready = false;
    onChange();
    if (wanted) void recover(exit);
  });

  return {
    name: program.name,
    pid: program.pid,
    isReady: () => ready,
    signal: program.signal,
    async start(variables) {
      if (wanted) return;
      wanted = true;
      generation += 1;
      pause = new AbortController();
      waitMs = backoff.firstMs;
      await begin(variables);
    },
    async stop(graceMs) {
      wanted = false;
      ready = false;
      generation += 1;
      pause.abort();
      // A start that is under way may be about to make the process that has to be stopped.
      do await program.stop(graceMs);
      while (!(await settlesWithin(starting, 20)));
      onChange();
    },
  };
}

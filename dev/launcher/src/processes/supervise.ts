import { setTimeout as delay } from 'node:timers/promises';
import { describeExit, type Exit } from './processes/child.js';
import type { Unit } from './processes/unit.js';

/** A unit that is started again when it ends without having been asked to. */
export interface Supervised {
  readonly name: string;
  pid(): number | undefined;
  isReady(): boolean;
  /** @param besides variables of the first process only: one that is started after it has died goes without */
  start(besides?: Readonly<Record<string, string>>): Promise<void>;
  stop(graceMs: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** A unit that ran this long had nothing wrong with its start; waiting begins anew. */
  readonly forgivenAfterMs: number;
}

const BACKOFF: Backoff = { firstMs: 250, longestMs: 10_000, forgivenAfterMs: 30_000 };

export interface SupervisorOptions {
  readonly say: (line: string) => void;
  /** Called when the process of the unit has changed. */
  readonly onChange: () => void;
  readonly backoff?: Backoff;
}

async function settlesWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, delay(milliseconds, false)]);
}

export function supervise(unit: Unit, options: SupervisorOptions): Supervised {
  const { say, onChange, backoff = BACKOFF } = options;
  let wanted = false;
  // Counts starts and stops, so that a recovery that was overtaken by one gives up.
  let era = 0;
  let pause = new AbortController();
  let waitMs = backoff.firstMs;
  let readySince = 0;
  let ready = false;
  let starting: Promise<void> = Promise.resolve();

  async function begin(besides?: Readonly<Record<string, string>>): Promise<void> {
    starting = unit.start(besides);
    await starting;
    readySince = Date.now();
    ready = true;
    onChange();
  }

  async function recover(exit: Exit): Promise<void> {
    const ownEra = era;
    const overtaken = () => era !== ownEra;
    if (Date.now() - readySince > backoff.forgivenAfterMs) waitMs = backoff.firstMs;
    say(`${unit.name} ${describeExit(exit)}; starting it again.`);
    while (!overtaken()) {
      await delay(waitMs, undefined, { signal: pause.signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, backoff.longestMs);
      if (overtaken()) return;
      try {
        await begin();
        say(`${unit.name} is back.`);
        return;
      } catch (error) {
        if (!overtaken()) say(error instanceof Error ? error.message : String(error));
      }
    }
  }

  unit.onExit((exit) => {
    ready = false;
    onChange();
    if (wanted) void recover(exit);
  });

  return {
    name: unit.name,
    pid: unit.pid,
    isReady: () => ready,
    signal: unit.signal,
    async start(besides) {
      if (wanted) return;
      wanted = true;
      era += 1;
      pause = new AbortController();
      waitMs = backoff.firstMs;
      await begin(besides);
    },
    async stop(graceMs) {
      wanted = false;
      ready = false;
      era += 1;
      pause.abort();
      // A start that is under way may be about to make the process that has to be stopped.
      do await unit.stop(graceMs);
      while (!(await settlesWithin(starting, 20)));
      onChange();
    },
  };
}

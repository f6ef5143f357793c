import { setTimeout as pause } from 'node:timers/promises';
import { type Shop, until } from '@micromall/launcher';
import type { ProcessName } from '../plan/faults.js';
import type { OutageLog } from './outages.js';

/** Kills, hangs and revives the processes of a shop. */
export interface Processes {
  /** As `kill -9` does; it stays dead so long, and then is started until it is ready. */
  kill(name: ProcessName, forMs: number): Promise<void>;
  /** The process stops in the middle of whatever it does, and goes on after so long. */
  hang(name: ProcessName, forMs: number): Promise<void>;
}

const mostStarts = 5;

/** @param stopped when it aborts, the shop is being stopped, and nothing is revived any more */
export function processesOf(
  shop: Pick<Shop, 'process'>,
  outages: OutageLog,
  stopped: AbortSignal,
): Processes {
  /** A process has one fault at a time. */
  const busy = new Map<ProcessName, Promise<void>>();

  function afterWhatGoesOn(name: ProcessName, work: () => Promise<void>): Promise<void> {
    const before = busy.get(name) ?? Promise.resolve();
    const next = before
      .catch(() => undefined)
      .then(() => stopped.throwIfAborted())
      .then(work);
    busy.set(name, next);
    return next;
  }

  /** A service that starts while the broker is dead may run out of time; then it is started again. */
  async function start(name: ProcessName): Promise<void> {
    const process = shop.process(name);
    for (let starts = 1; ; starts += 1) {
      stopped.throwIfAborted();
      try {
        return await process.start();
      } catch (error) {
        if (starts === mostStarts) throw error;
        await process.stop();
      }
    }
  }

  return {
    kill: (name, forMs) =>
      afterWhatGoesOn(name, async () => {
        const process = shop.process(name);
        outages.begin(name);
        process.kill('SIGKILL');
        // It is dead already; this keeps the launcher from reviving it before its time.
        await process.stop();
        await pause(forMs, undefined, { signal: stopped });
        await start(name);
        outages.end(name);
      }),
    hang: (name, forMs) =>
      afterWhatGoesOn(name, async () => {
        const process = shop.process(name);
        const pid = process.pid();
        outages.begin(name);
        process.kill('SIGSTOP');
        await pause(forMs);
        if (process.pid() === pid) process.kill('SIGCONT');
        await until(() => process.pid() !== undefined, 60_000);
        outages.end(name);
      }),
  };
}

/** Resolves with whether everything was ready within the time. */
export function allReady(shop: Shop, withinMs: number): Promise<boolean> {
  return until(async () => {
    const services = Object.keys(shop.ports.operations);
    const answers = await Promise.all(
      services.map((service) =>
        fetch(`${shop.urls.operations(service)}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
          (response) => response.status === 200,
          () => false,
        ),
      ),
    );
    return answers.every(Boolean);
  }, withinMs);
}

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { processIdentity } from '../processes/identity.js';
import {
  createLockFile,
  type Holder,
  holderOf,
  isRunning,
  removeStaleLock,
  rewriteLockFile,
} from '../processes/lock-file.js';
import { until } from '../processes/waiting.js';

/** What a launcher writes into its lock. */
const detailsShape = z.object({
  site: z.string().default(''),
  children: z
    .array(z.object({ name: z.string(), pid: z.number().int().positive(), identity: z.string() }))
    .default([]),
});
type Details = z.infer<typeof detailsShape>;

/** Another launcher runs a shop on the same data. */
export class AlreadyRunning extends Error {
  constructor(
    readonly pid: number,
    readonly site: string,
  ) {
    super(`The shop is already running at ${site} (process ${pid}).`);
    this.name = 'AlreadyRunning';
  }
}

export interface DataLock {
  /** Writes down what runs, so that a start after a kill -9 can end what was left behind. */
  record(site: string, children: readonly { readonly name: string; readonly pid: number }[]): void;
  release(): void;
}

/** The name of the lock's file, which a reset must leave alone. */
export const lockFile = 'running.json';
const LEFTOVER_GRACE_MS = 9000;

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended a moment ago.
  }
}

/** On Linux the kernel has asked them to end already; elsewhere nobody has. */
async function endLeftovers(children: Details['children']): Promise<void> {
  const left = children.filter(isRunning);
  for (const child of left) signalGroup(child.pid, 'SIGTERM');
  if (await until(() => !left.some(isRunning), LEFTOVER_GRACE_MS)) return;
  for (const child of left.filter(isRunning)) signalGroup(child.pid, 'SIGKILL');
}

function detailsOf(holder: Holder | undefined): Details {
  const parsed = detailsShape.safeParse(holder);
  return parsed.success ? parsed.data : { site: '', children: [] };
}

/**
 * Takes the data directory for this process. A lock whose launcher is gone is taken over, after what that one
 * left running has ended. Rejects with AlreadyRunning.
 */
export async function lockData(directory: string, site: string): Promise<DataLock> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, lockFile);
  while (!createLockFile(path, { site, children: [] })) {
    const holder = holderOf(path);
    const details = detailsOf(holder);
    if (holder !== undefined && isRunning(holder)) throw new AlreadyRunning(holder.pid, details.site);
    await endLeftovers(details.children);
    removeStaleLock(path, holder);
  }
  let released = false;
  return {
    record(currentSite, children) {
      if (released) return;
      const known = children.flatMap(({ name, pid }) => {
        const identity = processIdentity(pid);
        return identity === undefined ? [] : [{ name, pid, identity }];
      });
      rewriteLockFile(path, { site: currentSite, children: known });
    },
    release() {
      released = true;
      rmSync(path, { force: true });
    },
  };
}

import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { processIdentity } from './processes/identity.js';
import { until } from './processes/waiting.js';

const processShape = z.object({ name: z.string(), pid: z.number().int().positive(), identity: z.string() });
const lockShape = z.object({
  pid: z.number().int().positive(),
  identity: z.string(),
  site: z.string(),
  children: z.array(processShape),
});

type LockContent = z.infer<typeof lockShape>;

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

export interface Lock {
  /** Writes down what runs, so that a start after a kill -9 can end what was left behind. */
  record(site: string, children: readonly { readonly name: string; readonly pid: number }[]): void;
  release(): void;
}

const FILE = 'running.json';
const LEFTOVER_GRACE_MS = 9000;

function read(path: string): LockContent | undefined {
  try {
    return lockShape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function runs(process: { readonly pid: number; readonly identity: string }): boolean {
  return processIdentity(process.pid) === process.identity;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended a moment ago.
  }
}

/** On Linux the kernel has asked them to end already; elsewhere nobody has. */
async function endLeftovers(children: LockContent['children']): Promise<void> {
  const left = children.filter(runs);
  for (const child of left) signalGroup(child.pid, 'SIGTERM');
  if (await until(() => !left.some(runs), LEFTOVER_GRACE_MS)) return;
  for (const child of left.filter(runs)) signalGroup(child.pid, 'SIGKILL');
}

/** Appears whole or not at all, and only where there is none. Returns whether it did. */
function createWhole(path: string, content: LockContent): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead launcher's lock aside, unless somebody took it over in the meantime. */
function removeStale(path: string, stale: LockContent | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = read(aside);
  if (moved !== undefined && moved.pid !== stale?.pid && runs(moved)) createWhole(path, moved);
  rmSync(aside, { force: true });
}

/**
 * Takes the data directory for this process. A lock whose launcher is gone is taken over, after what that one
 * left running has ended. Rejects with AlreadyRunning.
 */
export async function acquireLock(directory: string, site: string): Promise<Lock> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const own: LockContent = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? '',
    site,
    children: [],
  };
  while (!createWhole(path, own)) {
    const holder = read(path);
    if (holder !== undefined && runs(holder)) throw new AlreadyRunning(holder.pid, holder.site);
    await endLeftovers(holder?.children ?? []);
    removeStale(path, holder);
  }
  let released = false;
  return {
    record(currentSite, children) {
      if (released) return;
      const known = children.flatMap(({ name, pid }) => {
        const identity = processIdentity(pid);
        return identity === undefined ? [] : [{ name, pid, identity }];
      });
      const draft = `${path}.${randomUUID()}`;
      writeFileSync(draft, JSON.stringify({ ...own, site: currentSite, children: known }), { mode: 0o600 });
      renameSync(draft, path);
    },
    release() {
      released = true;
      rmSync(path, { force: true });
    },
  };
}

/** The name of the lock's file, which a reset must leave alone. */
export const lockFile = FILE;

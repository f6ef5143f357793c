import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { processIdentity } from './identity.js';

const holderShape = z.looseObject({ pid: z.number().int().positive(), identity: z.string() });
/** The process that holds a lock, with what else it has written there. */
export type Holder = z.infer<typeof holderShape>;

/** Whether this very process runs, and not a later one with its number. */
export function isRunning({ pid, identity }: Pick<Holder, 'pid' | 'identity'>): boolean {
  return processIdentity(pid) === identity;
}

function ownContent(details: object): string {
  return JSON.stringify({
    ...details,
    pid: process.pid,
    identity: processIdentity(process.pid) ?? '',
  });
}

function writeDraft(path: string, content: string): string {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  return draft;
}

/** Appears whole or not at all, and only where there is none. Returns whether it did. */
function createWhole(path: string, content: string): boolean {
  const draft = writeDraft(path, content);
  try {
    linkSync(draft, path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Locks `path` for this process, unless there is a lock. Its directory must exist. Returns whether it did. */
export function createLockFile(path: string, details: object = {}): boolean {
  return createWhole(path, ownContent(details));
}

/** Changes what stands in a lock of this process. */
export function rewriteLockFile(path: string, details: object): void {
  renameSync(writeDraft(path, ownContent(details)), path);
}

/** Undefined when there is no lock, or none that can be read. */
export function holderOf(path: string): Holder | undefined {
  try {
    return holderShape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Removes the lock of a process that has ended, unless somebody took it over in the meantime. */
export function removeStaleLock(path: string, stale: Holder | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = holderOf(aside);
  const isTakenOver = moved !== undefined && moved.pid !== stale?.pid && isRunning(moved);
  if (isTakenOver) createWhole(path, JSON.stringify(moved));
  rmSync(aside, { force: true });
}

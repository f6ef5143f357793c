import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLockFile, holderOf, isRunning, removeStaleLock } from './lock-file.js';

/**
 * Seconds pass between choosing a port and listening on it. A claim is a lock that keeps other shops and test runs
 * of this machine's user from choosing the same one meanwhile.
 */
const directory = join(tmpdir(), `micromall-ports-${process.getuid?.() ?? 'user'}`);
const own = new Set<number>();

function pathOf(port: number): string {
  return join(directory, String(port));
}

/** Claims a port until `releasePorts` or the end of this process. Returns false when somebody holds it. */
export function claimPort(port: number): boolean {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = pathOf(port);
  if (!createLockFile(path)) {
    const holder = holderOf(path);
    if (holder !== undefined && isRunning(holder)) return false;
    removeStaleLock(path, holder);
    if (!createLockFile(path)) return false;
  }
  if (own.size === 0) process.once('exit', releaseAll);
  own.add(port);
  return true;
}

/** Gives ports back that this process claimed; others are left alone. */
export function releasePorts(ports: Iterable<number>): void {
  for (const port of ports) {
    if (own.delete(port)) rmSync(pathOf(port), { force: true });
  }
  if (own.size === 0) process.off('exit', releaseAll);
}

function releaseAll(): void {
  releasePorts([...own]);
}

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processIdentity } from './identity.js';

/**
 * Seconds pass between choosing a port and listening on it. A claim is a file that keeps other shops and test runs
 * of this machine's user from choosing the same one meanwhile; it counts as long as its process lives.
 */
const directory = join(tmpdir(), `micromall-ports-${process.getuid?.() ?? 'user'}`);
const own = new Set<number>();

function pathOf(port: number): string {
  return join(directory, String(port));
}

function holderLives(path: string): boolean {
  try {
    const [pid = '', identity] = readFileSync(path, 'utf8').split('\n');
    return processIdentity(Number(pid)) === identity;
  } catch {
    return false;
  }
}

function create(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n${processIdentity(process.pid)}`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** Claims a port until `releasePorts` or the end of this process. Returns false when somebody holds it. */
export function claimPort(port: number): boolean {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = pathOf(port);
  if (!create(path)) {
    if (holderLives(path)) return false;
    rmSync(path, { force: true });
    if (!create(path)) return false;
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

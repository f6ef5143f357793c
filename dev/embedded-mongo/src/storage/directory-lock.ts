import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Held by the one process that serves a data folder. */
export interface DirectoryLock {
  release(): void;
}

/** Another process serves the data folder already. */
export class DirectoryInUseError extends Error {}

/**
 * Takes a data folder for this process, or throws DirectoryInUseError. The lock is a file that names its
 * holder; what a killed process left behind is recognised (no such process, or a younger one that merely got
 * the same number) and taken over.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'server.lock');
  const content = `${process.pid} ${startOf(process.pid) ?? 'unknown'}\n`;
  if (!createExclusively(file, content)) {
    const holder = readIfThere(file) ?? '';
    if (isAlive(holder)) throw inUse(directory, file, holder);
    moveAway(file, holder);
    if (!createExclusively(file, content)) throw inUse(directory, file, readIfThere(file) ?? 'unknown');
  }
  return { release: () => rmSync(file, { force: true }) };
}

function createExclusively(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

// Moved aside first: if a third process was quicker, what is moved is its lock, and it goes back.
function moveAway(file: string, seen: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) !== seen) linkSync(aside, file);
  rmSync(aside, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(holder: string): boolean {
  const [number, start] = holder.trim().split(' ', 2);
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not allowed to signal it means that it is there.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const current = startOf(pid);
  return current === undefined || start === 'unknown' || current === start;
}

/** When a process began, as something comparable; undefined where the system has no /proc. */
function startOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; state and start time (fields 3 and 22) stand behind it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? 'dead' : fields?.[19];
}

function inUse(directory: string, file: string, holder: string): DirectoryInUseError {
  return new DirectoryInUseError(
    `The data folder ${directory} is in use by process ${holder.split(' ')[0]}. Stop that one, or choose ` +
      `another folder. (If you are sure that nothing uses it, delete ${file}.)`,
  );
}

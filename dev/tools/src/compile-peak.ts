import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { repositoryRoot } from '@micromall/launcher/root';
import { compileCommand } from '@micromall/launcher/setup/compiler.mjs';

const run = promisify(execFile);
const sampleMs = 100;

export interface CompilePeak {
  readonly seconds: number;
  /** The most resident memory that the compiler's processes had at once, in bytes. */
  readonly bytes: number;
}

/**
 * Bytes of resident memory of a process and all that it started.
 * @param table what `ps -axo pid=,ppid=,rss=` writes: a process a line, its memory in KiB
 */
export function memoryOfTree(table: string, root: number): number {
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0, kibibytes = 0]) => ({ pid, parent, kibibytes }));
  const tree = new Set([root]);
  let before = 0;
  while (tree.size > before) {
    before = tree.size;
    for (const { pid, parent } of rows) if (tree.has(parent)) tree.add(pid);
  }
  const kibibytes = rows.filter(({ pid }) => tree.has(pid)).reduce((sum, row) => sum + row.kibibytes, 0);
  return kibibytes * 1024;
}

/**
 * Compiles every workspace as on a fresh clone, and writes the same files again. Node does not say how much memory a
 * child has had, so it is sampled.
 */
export async function measureCompile(): Promise<CompilePeak> {
  const { command, args } = compileCommand(repositoryRoot);
  const started = performance.now();
  const child = spawn(command, [...args, '--force'], { cwd: repositoryRoot, stdio: 'inherit' });
  const ended = once(child, 'exit');
  let bytes = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,rss=']);
    bytes = Math.max(bytes, memoryOfTree(stdout, child.pid ?? 0));
    await Promise.race([ended, delay(sampleMs)]);
  }
  if (child.exitCode !== 0) throw new Error('The code does not compile.');
  return { seconds: (performance.now() - started) / 1000, bytes };
}

import { join } from 'node:path';

/** One project after another: the compiler's defaults take four times the memory and no less time. */
const LEAN = ['--builders', '1', '--checkers', '1'];

/** The command that compiles every workspace of the repository at `root`. */
export function compileCommand(root) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return { command: process.execPath, args: [compiler, '-b', ...LEAN] };
}

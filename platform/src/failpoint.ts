import { writeSync } from 'node:fs';
import { z } from 'zod';
import { type Variable, variable } from './variables.js';

let armed: string | undefined;

/**
 * A place at which a test may let the process die: when the variable FAILPOINT has its name, the process is gone as
 * if by `kill -9`, and nothing after this line happens. Otherwise it is one comparison.
 */
export function failpoint(name: string): void {
  if (name === armed) die(name);
}

/** Lets the process die when it comes to this place. */
export function armFailpoint(name: string | undefined): void {
  armed = name;
}

/**
 * The variable FAILPOINT of a service that has these places. A name that is not among them is refused, because a
 * test that waits for a death that can't come would show nothing.
 */
export function failpointVariable<const Name extends string>(
  names: readonly [Name, ...Name[]],
): Variable<z.ZodOptional<z.ZodEnum<{ [Key in Name]: Key }>>> {
  return variable(z.enum(names, { error: `must be one of ${names.join(', ')}` }).optional(), {
    meaning:
      'For tests: where the process kills itself. Each service has places of its own, listed in its src/failpoints.ts, and takes no others.',
    example: names[0],
    refusedInProduction: true,
  });
}

function die(name: string): never {
  // The logger would need a moment more than there is.
  writeToStderr(`${JSON.stringify({ level: 'warn', failpoint: name, msg: 'killed by its failpoint' })}\n`);
  process.kill(process.pid, 'SIGKILL');
  // Nothing may happen in the moment until the kernel has done it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function writeToStderr(line: string): void {
  try {
    writeSync(process.stderr.fd, line);
  } catch {
    // Whoever reads this is busy or gone; that must not save the process.
  }
}

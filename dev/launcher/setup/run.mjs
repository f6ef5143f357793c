import { spawn } from 'node:child_process';

/** A command that did not succeed; `output` holds everything it wrote. */
export class CommandFailed extends Error {
  constructor(command, reason, output) {
    super(`${command} ${reason}`);
    this.name = 'CommandFailed';
    this.output = output;
  }
}

/**
 * Runs a command to its end and returns what it wrote (standard output and error together, in order).
 * Rejects with CommandFailed when it cannot be started or does not exit with 0.
 */
export function run(command, args, options = {}) {
  const shown = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) =>
      reject(new CommandFailed(shown, `could not be started: ${error.message}`, output)),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(new CommandFailed(shown, signal ? `was ended by ${signal}` : `exited with ${code}`, output));
    });
  });
}

function nonEmptyLines(output) {
  return output.split('\n').filter((line) => line.trim() !== '');
}

/** The first `count` lines that are not empty, for an error message. */
export function firstLines(output, count) {
  return nonEmptyLines(output).slice(0, count).join('\n');
}

/** The last `count` lines that are not empty, for an error message. */
export function lastLines(output, count) {
  return nonEmptyLines(output).slice(-count).join('\n');
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '@micromall/launcher';
import { expect, it } from 'vitest';
import { ConfigurationError, failpointVariable, readVariables, serviceVariables } from '../src/index.js';

const variables = { ...serviceVariables, FAILPOINT: failpointVariable(['order-created', 'order-paid']) };

/** Runs a program that comes to two places and writes after each. */
async function run(armed: string) {
  const failpoint = JSON.stringify(`file://${join(repositoryRoot, 'platform/dist/failpoint.js')}`);
  const code = `
    import { writeSync } from 'node:fs';
    import { armFailpoint, failpoint } from ${failpoint};
    armFailpoint(process.env.FAILPOINT);
    process.on('exit', () => writeSync(1, 'exit handler'));
    failpoint('order-created');
    writeSync(1, 'created ');
    failpoint('order-paid');
    writeSync(1, 'paid ');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, FAILPOINT: armed },
  });
  const exit = once(child, 'exit');
  const [written, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode, signal] = await exit;
  return { written, stderr, exitCode, signal };
}

function problemOf(environment: Record<string, string>): string {
  try {
    readVariables(variables, { RABBITMQ_URL: 'amqp://broker.test', ...environment });
    return 'none';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.join('\n');
    throw error;
  }
}

it('a process dies at the place that was named, as if by kill -9, and says where', async () => {
  const { written, stderr, exitCode, signal } = await run('order-paid');
  expect({ written, exitCode, signal }).toEqual({ written: 'created ', exitCode: null, signal: 'SIGKILL' });
  expect(JSON.parse(stderr)).toEqual({
    level: 'warn',
    failpoint: 'order-paid',
    msg: 'killed by its failpoint',
  });
});

it('a process without a failpoint passes by all of them', async () => {
  expect(await run('')).toEqual({
    written: 'created paid exit handler',
    stderr: '',
    exitCode: 0,
    signal: null,
  });
});

it('a place that the service does not have is refused, with those that it has', () => {
  expect(problemOf({ FAILPOINT: 'order-paid' })).toBe('none');
  expect(problemOf({ FAILPOINT: '' })).toBe('none');
  expect(problemOf({ FAILPOINT: 'stock-sold' })).toContain('must be one of order-created, order-paid');
});

it('production refuses every failpoint', () => {
  const problem = problemOf({ NODE_ENV: 'production', FAILPOINT: 'order-paid' });
  expect(problem).toContain('FAILPOINT must not be set in production');
});

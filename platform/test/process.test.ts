import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher';
import { afterEach, describe, expect, it } from 'vitest';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process that runs like every service; `work` is what its start does with the logger. */
async function run(work: string): Promise<ChildProcess> {
  const platform = (part: string) =>
    JSON.stringify(`file://${join(repositoryRoot, 'platform/dist', `${part}.js`)}`);
  const code = `
    import { createLogger } from ${platform('logging')};
    import { runProcess } from ${platform('process')};
    const logger = createLogger({ service: 'cart-service', level: 'info' });
    setInterval(() => undefined, 1000);
    await runProcess(async () => { ${work} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  await once(child.stdout ?? child, 'data');
  return child;
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const [code, signal] = await once(child, 'exit');
  return { code, signal };
}

describe('a process', () => {
  it('that is asked to stop ends with code 0, and its last line is written', async () => {
    const child = await run(`logger.info('ready'); return { async stop() { logger.info('stopped'); } };`);
    let last = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      last = chunk.toString();
    });
    child.kill('SIGTERM');
    expect(await endOf(child)).toEqual({ code: 0, signal: null });
    expect(last).toContain('"stopped"');
  });

  it('whose log nobody reads any more still ends when it is asked to', async () => {
    const child = await run(
      `logger.info('ready'); return { async stop() { logger.info('stopping'); logger.info('stopped'); } };`,
    );
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill('SIGTERM');
    expect(await endOf(child)).toEqual({ code: 0, signal: null });
  });

  it('that can not stop is ended all the same', async () => {
    const child = await run(`logger.info('ready'); return { stop: () => new Promise(() => undefined) };`);
    child.kill('SIGTERM');
    expect(await endOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

import { execFileSync } from 'node:child_process';
import { until } from '@micromall/launcher';
import { settleWithinMs } from '@micromall/test-kit';
import sharp from 'sharp';
import { afterEach, expect, it, vi } from 'vitest';
import { createPictureEncoder, encodeTimeoutMs } from '../src/clients/picture-encoder.js';

const encoder = createPictureEncoder();
afterEach(() => {
  vi.useRealTimers();
  encoder.stop();
});

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#3a7' } })
    .png()
    .toBuffer();
}

/** The ids of this process's encoder processes. */
function workers(): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args=']).toString().trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, parent]) => parent === String(process.pid))
    .filter((row) => row.some((part) => part.endsWith('picture-encoder-process.js')))
    .map(([pid]) => Number(pid));
}

async function startedWorker(): Promise<number> {
  expect(await until(() => workers().length === 1, settleWithinMs)).toBe(true);
  return workers()[0] ?? 0;
}

it('a decoder that dies takes only its own picture with it', async () => {
  const pending = encoder.encode(await picture());
  process.kill(await startedWorker(), 'SIGKILL');

  expect(await pending).toMatchObject({ ok: false, why: expect.stringContaining('can not be decoded') });
  expect(await encoder.encode(await picture())).toMatchObject({ ok: true });
});

it('a decoder that died while it had nothing to do does not fail the next picture', async () => {
  expect(await encoder.encode(await picture())).toMatchObject({ ok: true });
  process.kill(await startedWorker(), 'SIGKILL');
  expect(await encoder.encode(await picture())).toMatchObject({ ok: true });

  process.kill(await startedWorker(), 'SIGKILL');
  expect(await until(() => workers().length === 0, settleWithinMs)).toBe(true);
  expect(await encoder.encode(await picture())).toMatchObject({ ok: true });
});

it('a picture that never comes to an end is refused in time, and the next one is taken', async () => {
  expect(await encoder.encode(await picture())).toMatchObject({ ok: true });
  const stuck = await startedWorker();
  process.kill(stuck, 'SIGSTOP');
  const bytes = await picture();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

  const pending = encoder.encode(bytes);
  const waiting = encoder.encode(bytes);
  await vi.advanceTimersByTimeAsync(encodeTimeoutMs - 1);
  expect(workers()).toEqual([stuck]);
  await vi.advanceTimersByTimeAsync(1);

  expect(await pending).toMatchObject({ ok: false, why: expect.stringContaining('takes too long') });
  vi.useRealTimers();
  expect(await waiting).toMatchObject({ ok: true });
  expect(workers()).not.toContain(stuck);
});

it('a machine that starts no process fails the picture and nothing else', async () => {
  const node = process.execPath;
  process.execPath = '/nonexistent/node';
  try {
    await expect(encoder.encode(await picture())).rejects.toThrow(/ENOENT/);
  } finally {
    process.execPath = node;
  }
  expect(await encoder.encode(await picture())).toMatchObject({ ok: true });
});

it('the decoder gives its memory back when it is stopped', async () => {
  await encoder.encode(await picture());
  expect(workers()).toHaveLength(1);
  encoder.stop();
  expect(await until(() => workers().length === 0, settleWithinMs)).toBe(true);
});

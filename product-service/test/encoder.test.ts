import { execFileSync } from 'node:child_process';
import { until } from '@micromall/launcher';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { createPictureEncoder } from '../src/pictures/encoder.js';

const encoder = createPictureEncoder();
afterAll(() => encoder.stop());

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#3a7' } })
    .png()
    .toBuffer();
}
/** The processes that this one has started, as the system tells it. */
function children(): string[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args=']).toString().trim().split('\n');
  const own = rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, parent]) => parent === String(process.pid));
  return own
    .filter((row) => row.some((part) => part.endsWith('encoder-process.js')))
    .map(([pid = '']) => pid);
}

it('a decoder that dies takes only its own picture with it', async () => {
  expect((await encoder.encode(await picture())).ok).toBe(true);
  const [pid] = children();
  const pending = encoder.encode(
    await sharp({ create: { width: 4_000, height: 4_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer(),
  );
  process.kill(Number(pid), 'SIGKILL');
  expect(await pending).toMatchObject({ ok: false, why: expect.stringContaining('can not be decoded') });
  expect((await encoder.encode(await picture())).ok).toBe(true);
});

it('the decoder gives its memory back when it is stopped', async () => {
  await encoder.encode(await picture());
  expect(children()).toHaveLength(1);
  encoder.stop();
  expect(await until(() => children().length === 0, 5_000)).toBe(true);
});

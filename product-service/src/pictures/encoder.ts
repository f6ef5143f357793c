import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EncodeResult } from './encode.js';

export interface PictureEncoder {
  encode(bytes: Buffer): Promise<EncodeResult>;
  stop(): void;
}

/** Compiled code also when this runs from the sources, since Node starts it. */
const program = fileURLToPath(new URL('../../dist/pictures/encoder-process.js', import.meta.url));
const idleMs = 5_000;

/**
 * Encodes one picture at a time in a process of its own, which ends when nobody has sent one for a while. So what a
 * decoder takes of memory is given back, and a file made to break a decoder breaks no more than that process, which
 * knows no secret.
 */
export function createPictureEncoder(): PictureEncoder {
  let worker: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function stop(): void {
    clearTimeout(idle);
    worker?.kill();
    worker = undefined;
  }

  async function encode(bytes: Buffer): Promise<EncodeResult> {
    clearTimeout(idle);
    worker ??= fork(program, { serialization: 'advanced', env: {} });
    const asked = worker;
    const ended = new AbortController();
    try {
      asked.send(bytes);
      // The answer is what our own program sends; nobody else has this channel.
      return await Promise.race([
        once(asked, 'message', { signal: ended.signal }).then(([result]) => result as EncodeResult),
        once(asked, 'exit', { signal: ended.signal }).then(() => {
          worker = undefined;
          return { ok: false, why: 'The picture can not be decoded; save it anew and try again.' } as const;
        }),
      ]);
    } finally {
      ended.abort();
      idle = setTimeout(stop, idleMs);
      idle.unref();
    }
  }

  return {
    encode(bytes) {
      const mine = last.then(() => encode(bytes));
      last = mine.catch(() => undefined);
      return mine;
    },
    stop,
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createProduct } from '@micromall/contracts';
import pLimit from 'p-limit';
import type { EncodeResult } from './encode-picture.js';

export interface PictureEncoder {
  /** @throws when no process can be started */
  encode(bytes: Buffer): Promise<EncodeResult>;
  stop(): void;
}

/** The most that one picture may take, in milliseconds: the caller of create-product still waits then. */
export const encodeTimeoutMs = createProduct.timeoutMs - 3_000;

/** Compiled code also when this runs from the sources, since Node starts it. */
const program = fileURLToPath(new URL('../../dist/clients/picture-encoder-process.js', import.meta.url));
const idleMs = 5_000;

type Answer = EncodeResult | 'died' | 'timed-out';

/**
 * Encodes one picture at a time in a process of its own, which ends when it has had nothing to do for a while. So the
 * decoder's memory is given back, and a file made to break a decoder breaks no more than that process, which knows no
 * secret.
 */
export function createPictureEncoder(): PictureEncoder {
  const oneAtATime = pLimit(1);
  let worker: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;

  function startWorker(): ChildProcess {
    const started = fork(program, { serialization: 'advanced', env: {} });
    function drop(): void {
      if (worker === started) worker = undefined;
    }
    started.on('exit', drop);
    // Without a listener, a process that can't be started would take the service with it.
    started.on('error', drop);
    worker = started;
    return started;
  }

  function stop(): void {
    clearTimeout(idle);
    worker?.kill('SIGKILL');
    worker = undefined;
  }

  async function encode(bytes: Buffer): Promise<EncodeResult> {
    clearTimeout(idle);
    const reused = worker;
    let answer = await ask(reused ?? startWorker(), bytes);
    // A process that died while it was idle is often noticed only now; the picture is not the cause.
    if (answer === 'died' && reused) answer = await ask(startWorker(), bytes);
    if (answer === 'timed-out') stop();
    else idle = setTimeout(stop, idleMs).unref();
    switch (answer) {
      case 'died':
        return { ok: false, why: 'The picture can not be decoded; save it anew and try again.' };
      case 'timed-out':
        return { ok: false, why: 'The picture takes too long to decode; save a smaller one and try again.' };
      default:
        return answer;
    }
  }

  return { encode: (bytes) => oneAtATime(() => encode(bytes)), stop };
}

/** @throws when the process could not be started */
function ask(worker: ChildProcess, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle('timed-out'), encodeTimeoutMs);
    function stopListening(): void {
      clearTimeout(timer);
      worker.off('message', settle).off('exit', onExit).off('error', onError);
    }
    // Nothing but our own program answers on this channel.
    function settle(answer: Answer): void {
      stopListening();
      resolve(answer);
    }
    function onExit(): void {
      settle('died');
    }
    function onError(error: Error): void {
      stopListening();
      if (worker.pid === undefined) reject(error);
      else resolve('died');
    }
    worker.on('message', settle).on('exit', onExit).on('error', onError);
    if (worker.pid !== undefined) worker.send(bytes, (error) => error && onError(error));
  });
}

import { setTimeout as pause } from 'node:timers/promises';

const firstPauseMs = 100;
const longestPauseMs = 10_000;

/**
 * Runs work until it succeeds. The pauses between tries double from 100 ms up to 10 s.
 * @param ended no further try begins once it is aborted; the first one is made in any case
 * @param failed called after each failure that another try follows
 * @throws the last error of the work, when it was ended before a success
 */
export async function retryUntilDone<Result>(
  work: () => Promise<Result>,
  ended: AbortSignal,
  failed: (error: unknown, retryInMs: number) => void,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (ended.aborted) throw error;
      failed(error, pauseMs);
      // The timer ends early when it is aborted; then there is nothing to try again.
      await pause(pauseMs, undefined, { signal: ended }).catch(() => undefined);
      if (ended.aborted) throw error;
    }
  }
}

import type { Logger } from '../logging.js';

/** Work that runs again and again; see {@link startInterval}. */
export interface Interval {
  /** No further run begins; resolves when the present one is done. */
  stop(): Promise<void>;
}

/** Up to this share of a pause is left out at random, so that replicas that started together drift apart. */
const jitter = 0.1;

/**
 * Runs work now and then again, each time after a pause that begins when the run before has ended: runs never overlap.
 * A run that throws is logged, and the next one comes all the same.
 * @param everyMs the longest pause, in milliseconds
 */
export function startInterval(everyMs: number, work: () => Promise<void>, logger: Logger): Interval {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  function run(): void {
    running = work()
      .catch((error: unknown) => logger.warn({ err: error }, 'a job failed, it will run again'))
      .then(() => {
        if (!stopped) timer = setTimeout(run, everyMs * (1 - Math.random() * jitter));
      });
  }
  run();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

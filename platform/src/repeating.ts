import type { Logger } from './logging.js';

export interface Repeating {
  /** No further run begins; resolves when the present one is done. */
  stop(): Promise<void>;
}

/**
 * Runs work now and then again, each time so long after the run before has ended, so that runs never overlap.
 * A run that throws is logged, and the next one comes all the same.
 * @param everyMs milliseconds between the end of a run and the beginning of the next
 */
export function repeatEvery(everyMs: number, work: () => Promise<void>, logger: Logger): Repeating {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  function run(): void {
    running = work()
      .catch((error: unknown) => logger.warn({ err: error }, 'repeated work failed, it will be tried again'))
      .then(() => {
        if (!stopped) timer = setTimeout(run, everyMs);
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

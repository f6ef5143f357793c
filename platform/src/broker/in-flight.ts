import type { Gauge } from '../metrics.js';

/** The work that a process has in hand. */
export interface InFlight {
  add(work: Promise<void>): Promise<void>;
  readonly size: number;
  /** Resolves when nothing is in hand, or when it has waited long enough: what is left goes back to the queue. */
  idle(): Promise<void>;
}

/** The most that a stopping process waits for its handlers, in milliseconds. */
const drainLimitMs = 6_000;

/** @param gauge shows how much it is */
export function trackInFlight(gauge: Gauge): InFlight {
  const running = new Set<Promise<void>>();
  return {
    async add(work) {
      running.add(work);
      gauge.inc();
      try {
        await work;
      } finally {
        running.delete(work);
        gauge.dec();
      }
    },
    get size() {
      return running.size;
    },
    async idle() {
      const limit = AbortSignal.timeout(drainLimitMs);
      const late = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()));
      while (running.size > 0 && !limit.aborted) await Promise.race([Promise.allSettled([...running]), late]);
    },
  };
}

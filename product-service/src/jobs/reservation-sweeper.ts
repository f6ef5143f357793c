import { type Interval, type Logger, startInterval } from '@micromall/platform';
import type { Context } from '../context.js';

export interface SweeperOptions {
  /** The longest pause between two sweeps, in milliseconds. */
  readonly everyMs: number;
  /** How long after its end a reservation is still left alone, in milliseconds. */
  readonly graceMs: number;
}

/** How many products one query brings. */
const batch = 100;

/**
 * Releases stock whose order was neither paid nor cancelled in time; usually order-service cancels long before. Then
 * moves old settled reservations into the archive, and sets the gauges.
 */
export function startReservationSweeper(
  { stock, events }: Pick<Context, 'stock' | 'events'>,
  logger: Logger,
  { everyMs, graceMs }: SweeperOptions,
): Interval {
  let stopping = false;

  async function releaseExpired(): Promise<void> {
    const expiredBefore = new Date(Date.now() - graceMs);
    let released: number;
    do {
      released = 0;
      for (const { orderId, productId, quantity } of await stock.expired(expiredBefore, batch)) {
        if (stopping) return;
        const release = { productId, quantity, from: 'held', to: 'released' } as const;
        if (!(await stock.apply(orderId, release, { expiredBefore }))) continue;
        released += 1;
        events.stockReleased({ orderId, units: quantity, reason: 'expired' });
      }
    } while (released > 0);
  }

  async function sweep(): Promise<void> {
    await releaseExpired();
    while (!stopping && (await stock.archive(batch)) === batch);
    if (!stopping) events.stockCounted(await stock.totals());
  }

  const interval = startInterval(everyMs, sweep, logger);
  return {
    stop() {
      stopping = true;
      return interval.stop();
    },
  };
}

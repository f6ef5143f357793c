import type { Logger } from '@micromall/platform';
import type { ProductEvents } from '../events.js';
import type { StockStore } from '../store/stock.js';

export interface SweeperOptions {
  /** How often it looks, in milliseconds, give or take a fifth: several processes then spread out. */
  readonly everyMs: number;
  /** How long after its end a reservation is still left alone, in milliseconds. */
  readonly graceMs: number;
}

export interface Sweeper {
  /** Resolves when a sweep that is under way has ended; there will be no other. */
  stop(): Promise<void>;
}

/** How many products one look at the database brings. */
const batch = 100;

/**
 * Frees stock whose order was neither paid nor cancelled in time. Order-service says so long before, as a rule;
 * this is for when it can't.
 */
export function startSweeper(
  stock: StockStore,
  events: ProductEvents,
  logger: Logger,
  { everyMs, graceMs }: SweeperOptions,
): Sweeper {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout;
  let sweeping = Promise.resolve();

  function schedule(): void {
    timer = setTimeout(
      () => {
        sweeping = sweep()
          .catch((error: unknown) => logger.error({ err: error }, 'reservations could not be swept'))
          .then(() => {
            if (!stopped.signal.aborted) schedule();
          });
      },
      everyMs * (0.8 + Math.random() * 0.4),
    );
  }

  async function sweep(): Promise<void> {
    const expiredBefore = new Date(Date.now() - graceMs);
    let released: number;
    do {
      released = 0;
      for (const { orderId, productId, quantity } of await stock.expired(expiredBefore, batch)) {
        if (stopped.signal.aborted) return;
        const move = { productId, quantity, from: 'held', to: 'released' } as const;
        if (!(await stock.move(orderId, move, { expiredBefore }))) continue;
        released += 1;
        events.stockReleased({ orderId, units: quantity, reason: 'expired' });
      }
    } while (released > 0);
    while (!stopped.signal.aborted && (await stock.archive(batch)) === batch);
    events.shelvesAre(await stock.levels());
  }

  schedule();
  return {
    async stop() {
      stopped.abort();
      clearTimeout(timer);
      await sweeping;
    },
  };
}

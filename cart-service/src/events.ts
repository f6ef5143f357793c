import type { CartChange } from '@micromall/contracts';
import { Counter, type Logger, type Registry, startAtZero } from '@micromall/platform';

/**
 * What happens to carts: each event is one log line and one count. A guest's cart id is that browser's secret, so
 * lines name accounts only.
 */
export interface CartEvents {
  /** @param qty how many more (or, negative, fewer) */
  cartChanged(productId: string, qty: number): void;
  /** Someone wanted more than there is. */
  stockRefused(productId: string, available: number): void;
  /** A review found less in the shop than in a cart. */
  cartReduced(changes: readonly CartChange[]): void;
  /** @param leftOut how many products had no room in the account's cart */
  cartMerged(userId: string, leftOut: number): void;
  cartSettled(userId: string, orderId: string): void;
}

export function createEvents(logger: Logger, registry: Registry): CartEvents {
  const registers = [registry];
  const changed = new Counter({
    name: 'cart_changes_total',
    help: 'Changes of a quantity in a cart, by direction (more, fewer)',
    labelNames: ['direction'],
    registers,
  });
  const refused = new Counter({
    name: 'cart_stock_refusals_total',
    help: 'Changes refused because the shop has less',
    registers,
  });
  const reduced = new Counter({
    name: 'cart_lines_reduced_total',
    help: 'Lines that a review reduced or removed because stock shrank',
    registers,
  });
  const merged = new Counter({
    name: 'cart_merges_total',
    help: "Guests' carts merged into an account's cart",
    registers,
  });
  const settled = new Counter({
    name: 'cart_settlements_total',
    help: 'Paid orders taken out of their cart',
    registers,
  });
  startAtZero(changed, { direction: ['more', 'fewer'] });
  return {
    cartChanged(productId, qty) {
      changed.inc({ direction: qty > 0 ? 'more' : 'fewer' });
      logger.info({ productId, qty }, 'cart changed');
    },
    stockRefused(productId, available) {
      refused.inc();
      logger.info({ productId, available }, 'cart not changed: not enough in stock');
    },
    cartReduced(changes) {
      reduced.inc(changes.length);
      logger.info({ changes }, 'cart reduced to what is in stock');
    },
    cartMerged(userId, leftOut) {
      merged.inc();
      if (leftOut > 0) logger.warn({ userId, leftOut }, "guest's cart merged, as far as there was room");
      else logger.info({ userId }, "guest's cart merged");
    },
    cartSettled(userId, orderId) {
      settled.inc();
      logger.info({ userId, orderId }, 'order taken out of the cart');
    },
  };
}

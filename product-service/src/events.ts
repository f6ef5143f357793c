import type { Shortage } from '@micromall/contracts';
import { Counter, Gauge, type Logger, type Registry, startAtZero } from '@micromall/platform';

/** What happens to products and their stock: each event is one log line and one count. */
export interface ProductEvents {
  productCreated(about: { productId: string; quantity: number; withImage: boolean }): void;
  imageRefused(reason: string): void;
  /** @param price minor units; Stripe does not take so much or so little */
  priceRefused(price: number): void;
  stockChanged(about: { productId: string; delta: number; available: number }): void;
  stockReserved(about: { orderId: string; units: number }): void;
  /** A stock-out: somebody wanted to buy more than there is. */
  stockRefused(about: { orderId: string; shortages: Shortage[] }): void;
  stockSold(about: { orderId: string; units: number }): void;
  stockReleased(about: { orderId: string; units: number; reason: 'cancelled' | 'expired' }): void;
  stockReturned(about: { orderId: string; units: number }): void;
  /** Somebody paid for what has gone to others; the order will be refunded. */
  paidOrderShort(about: { orderId: string; shortages: Shortage[] }): void;
  /** A payment for lines of which nothing is known: nothing was sold. */
  saleUnknown(about: { orderId: string; productIds: string[] }): void;
  /** Sets gauges: units held for orders that are being paid, and products of which none is left. */
  stockCounted(totals: { held: number; soldOut: number }): void;
}

export function createEvents(logger: Logger, registry: Registry): ProductEvents {
  function counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []) {
    return new Counter({ name, help, labelNames, registers: [registry] });
  }
  const created = counter('products_created_total', 'Products added to the catalogue');
  const imagesRefused = counter('product_images_refused_total', 'Pictures that could not be decoded');
  const pricesRefused = counter('product_prices_refused_total', 'Prices that Stripe would not take');
  const changed = counter('stock_changes_total', 'Changes of stock by hand, by direction (added, removed)', [
    'direction',
  ]);
  const reserved = counter('stock_reserved_units_total', 'Units held for orders that are being paid');
  const refused = counter(
    'stock_refused_orders_total',
    'Orders that wanted more than there was (stock-outs)',
  );
  const sold = counter('stock_sold_units_total', 'Units paid for');
  const released = counter(
    'stock_released_units_total',
    'Units that an unpaid order gave back, by reason (cancelled, expired)',
    ['reason'],
  );
  const returned = counter('stock_returned_units_total', 'Units of refunded orders that are for sale again');
  const short = counter('stock_short_paid_orders_total', 'Paid orders whose stock had gone to others');
  const unknown = counter('stock_unknown_sales_total', 'Paid orders of whose stock nothing was known');
  startAtZero(changed, { direction: ['added', 'removed'] });
  startAtZero(released, { reason: ['cancelled', 'expired'] });
  // Every replica counts the same products: a query takes the greatest, not the sum.
  const held = new Gauge({
    name: 'stock_held_units',
    help: 'Units held for orders that are being paid; every replica sees them all',
    registers: [registry],
  });
  const soldOut = new Gauge({
    name: 'products_sold_out',
    help: 'Products of which none is left; every replica sees them all',
    registers: [registry],
  });

  return {
    productCreated(about) {
      created.inc();
      logger.info(about, 'product created');
    },
    imageRefused(reason) {
      imagesRefused.inc();
      logger.info({ reason }, 'picture refused');
    },
    priceRefused(price) {
      pricesRefused.inc();
      logger.info({ price }, 'price refused');
    },
    stockChanged(about) {
      changed.inc({ direction: about.delta > 0 ? 'added' : 'removed' });
      logger.info(about, 'stock changed');
    },
    stockReserved(about) {
      reserved.inc(about.units);
      logger.info(about, 'stock reserved');
    },
    stockRefused(about) {
      refused.inc();
      logger.info(about, 'stock refused: there is not enough');
    },
    stockSold(about) {
      sold.inc(about.units);
      logger.info(about, 'stock sold');
    },
    stockReleased(about) {
      released.inc({ reason: about.reason }, about.units);
      logger.info(about, 'stock released');
    },
    stockReturned(about) {
      returned.inc(about.units);
      logger.info(about, 'stock returned');
    },
    paidOrderShort(about) {
      short.inc();
      logger.warn(about, 'a paid order can not be fulfilled: its stock has gone to others');
    },
    saleUnknown(about) {
      unknown.inc();
      logger.warn(about, 'a payment for which no stock was ever reserved');
    },
    stockCounted(totals) {
      held.set(totals.held);
      soldOut.set(totals.soldOut);
    },
  };
}

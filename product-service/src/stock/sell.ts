import type { ReservationLine, Shortage } from '@micromall/contracts';
import { afterShortage, nextSaleStep } from '../domain/settlement.js';
import { failpoint } from '../failpoints.js';
import type { ShortOrder, ShortOrderStore } from '../store/short-orders.js';
import type { StockStore } from '../store/stock.js';
import { pause } from './pause.js';
import { makeMoves, settle, unitsOf } from './settle.js';

export type SaleResult =
  /** `units`: how many were sold now, none if they were before. `missing`: lines of which nothing is known. */
  | { readonly is: 'sold'; readonly units: number; readonly missing: ReservationLine[] }
  | { readonly is: 'refunded-before' }
  /** Some stock has gone to others: the order keeps nothing. The same each time. */
  | { readonly is: 'short'; readonly short: ShortOrder; readonly isNew: boolean };

interface Stores {
  readonly stock: StockStore;
  readonly shortOrders: ShortOrderStore;
}

const mostRounds = 10;

/**
 * Sells the stock of an order that was paid. Stock that it lost because the payment was told too late is taken
 * again; if that is gone, the order keeps none of the rest either.
 * @throws when its stock changes too fast; calling again is safe
 */
export async function sell(
  { stock, shortOrders }: Stores,
  orderId: string,
  lines: readonly ReservationLine[],
): Promise<SaleResult> {
  const productIds = lines.map(({ productId }) => productId);
  let units = 0;

  async function endShort(short: ShortOrder, isNew: boolean): Promise<SaleResult> {
    await settle(stock, orderId, lines, afterShortage);
    return { is: 'short', short, isNew };
  }
  async function reportShort(shortages: Shortage[]): Promise<SaleResult> {
    // Decided for good before anything goes back: a second delivery must not come to another decision.
    const { short, isNew } = await shortOrders.keepFirst({ orderId, shortages, occurredAt: new Date() });
    failpoint('shortage-kept');
    return endShort(short, isNew);
  }

  for (let round = 1; round <= mostRounds; round += 1) {
    const step = nextSaleStep(lines, await stock.read(orderId, productIds));
    switch (step.do) {
      case 'nothing':
        return { is: 'sold', units, missing: step.missing };
      case 'skip-refunded':
        return { is: 'refunded-before' };
      case 'report-short':
        return reportShort(step.shortages);
      case 'retake': {
        // Only an order that lost stock can have been found short.
        const short = await shortOrders.find(orderId);
        if (short) return endShort(short, false);
        units += unitsOf(await makeMoves(stock, orderId, step.moves));
        break;
      }
      case 'sell':
        units += unitsOf(await makeMoves(stock, orderId, step.moves));
        failpoint('stock-sold');
    }
    if (round > 2) await pause(round * 5);
  }
  throw new Error(`the stock of order ${orderId} is being changed too fast to be sold`);
}

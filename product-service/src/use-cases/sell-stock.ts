import { setTimeout as delay } from 'node:timers/promises';
import { type ReservationLine, type Shortage, stockShort } from '@micromall/contracts';
import type { Context } from '../context.js';
import { afterShortage, nextSaleStep } from '../domain/settlement.js';
import { failpoint } from '../failpoints.js';
import type { UnfulfillableOrder } from '../store/unfulfillable-orders.js';
import { applyAll, settle, unitsOf } from './settle-reservation.js';

type SaleResult =
  /** `units`: how many were sold now, none if they were before. `missing`: lines of which nothing is known. */
  | { readonly kind: 'sold'; readonly units: number; readonly missing: ReservationLine[] }
  | { readonly kind: 'refunded-before' }
  /** Some stock has gone to others: the order keeps nothing. The same each time. */
  | { readonly kind: 'short'; readonly order: UnfulfillableOrder; readonly isNew: boolean };

const mostRounds = 10;

/**
 * Sells the stock of an order that was paid, or reports that it is short.
 * @throws when its stock changes too fast; calling again is safe
 */
export async function sellStock(
  context: Context,
  orderId: string,
  lines: readonly ReservationLine[],
): Promise<void> {
  const { publisher, events } = context;
  const result = await sell(context, orderId, lines);
  switch (result.kind) {
    case 'refunded-before':
      return;
    case 'sold':
      if (result.units > 0) events.stockSold({ orderId, units: result.units });
      if (result.missing.length > 0) {
        events.saleUnknown({ orderId, productIds: result.missing.map(({ productId }) => productId) });
      }
      return;
    case 'short': {
      const { shortages, occurredAt } = result.order;
      if (result.isNew) events.paidOrderShort({ orderId, shortages });
      // Published again each time: the process may have died before it was published the first time.
      await publisher.emit(
        stockShort,
        { orderId, shortages, occurredAt: occurredAt.toISOString() },
        { messageId: `${stockShort.name}:${orderId}` },
      );
      failpoint('shortage-published');
    }
  }
}

/** Takes released stock again if the payment came late; if that is gone, the order keeps none of the rest either. */
async function sell(
  { stock, unfulfillableOrders }: Context,
  orderId: string,
  lines: readonly ReservationLine[],
): Promise<SaleResult> {
  const productIds = lines.map(({ productId }) => productId);
  let units = 0;

  async function endShort(order: UnfulfillableOrder, isNew: boolean): Promise<SaleResult> {
    await settle(stock, orderId, lines, afterShortage);
    return { kind: 'short', order, isNew };
  }
  async function decideShort(shortages: Shortage[]): Promise<SaleResult> {
    // Stored before anything goes back: a second delivery must not come to another decision.
    const decided = { orderId, shortages, occurredAt: new Date() };
    const { order, isNew } = await unfulfillableOrders.addFirst(decided);
    failpoint('shortage-stored');
    return endShort(order, isNew);
  }

  for (let round = 1; round <= mostRounds; round += 1) {
    const step = nextSaleStep(lines, await stock.read(orderId, productIds));
    switch (step.kind) {
      case 'nothing':
        return { kind: 'sold', units, missing: step.missing };
      case 'skip-refunded':
        return { kind: 'refunded-before' };
      case 'report-short':
        return decideShort(step.shortages);
      case 'retake': {
        // Only an order that lost stock can have been found short.
        const order = await unfulfillableOrders.find(orderId);
        if (order) return endShort(order, false);
        units += unitsOf(await applyAll(stock, orderId, step.transitions));
        break;
      }
      case 'sell':
        units += unitsOf(await applyAll(stock, orderId, step.transitions));
        failpoint('stock-sold');
    }
    if (round > 2) await delay(Math.random() * round * 5);
  }
  throw new Error(`the stock of order ${orderId} is being changed too fast to be sold`);
}

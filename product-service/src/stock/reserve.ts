import type { ReservationLine, Shortage } from '@micromall/contracts';
import { Types } from 'mongoose';
import { nextReservationStep } from '../domain/reservation.js';
import type { ProductsForOrder } from '../domain/standing.js';
import { failpoint } from '../failpoints.js';
import type { StockStore } from '../store/stock.js';
import { pause } from './pause.js';

export interface Reservation {
  readonly orderId: string;
  /** One line a product, see `linesByProduct`. */
  readonly lines: readonly ReservationLine[];
  readonly expiresAt: Date;
}

export type ReservationResult =
  /** `units`: how many were newly taken, which is none when the order had them before. */
  | { readonly is: 'reserved'; readonly products: ProductsForOrder; readonly units: number }
  | { readonly is: 'refused'; readonly shortages: Shortage[] }
  | { readonly is: 'ended' };

/** Attempts that run side by side give way to each other long before this. */
const mostRounds = 40;
const shortestPauseMs = 20;

/**
 * Reserves all lines of an order or none. Every round looks anew at how things stand and does what is next, so it
 * bears rivals, its own message coming twice, and the remains of an attempt that died half-way (which a later
 * attempt takes over, or the sweeper releases).
 * @throws when the order's stock changes so fast that no round comes to an end; calling again is safe
 */
export async function reserve(
  stock: StockStore,
  { orderId, lines, expiresAt }: Reservation,
): Promise<ReservationResult> {
  const attempt = new Types.ObjectId().toHexString();
  const productIds = lines.map(({ productId }) => productId);
  const taken = new Map<string, number>();

  async function claim(adopt: readonly string[], take: readonly ReservationLine[]): Promise<void> {
    for (const productId of adopt) await stock.adopt(orderId, productId, attempt, expiresAt);
    for (const { productId, quantity } of take) {
      const held = await stock.hold(orderId, { productId, quantity, expiresAt, attempt });
      // Somebody was quicker; the next round sees who.
      if (!held) return;
      taken.set(productId, quantity);
      failpoint('stock-held');
    }
  }

  async function giveBack(products: ProductsForOrder, to: 'none' | 'released'): Promise<void> {
    for (const [productId, { standing }] of products) {
      if (standing.is !== 'held' || standing.attempt !== attempt) continue;
      const { quantity } = standing;
      await stock.move(orderId, { productId, quantity, from: 'held', to }, { attempt });
    }
  }

  let marks = '';
  for (let round = 1; round <= mostRounds; round += 1) {
    const products = await stock.read(orderId, productIds);
    const step = nextReservationStep(lines, products, attempt);
    switch (step.do) {
      case 'confirm':
        return { is: 'reserved', products, units: sumOf(taken) };
      case 'refuse':
        // Nothing stays behind, so that the order may ask again when there is more.
        await giveBack(products, 'none');
        return { is: 'refused', shortages: step.shortages };
      case 'end':
        await giveBack(products, 'released');
        return { is: 'ended' };
      case 'claim': {
        // Two attempts could go on taking over from each other for ever: one that is still busy is left in peace.
        const othersAreBusy = step.adopt.length > 0 && marks !== marksOn(products);
        marks = marksOn(products);
        if (othersAreBusy) await pause(shortestPauseMs + round * 5);
        else await claim(step.adopt, step.take);
      }
    }
  }
  throw new Error(`the stock of order ${orderId} is being changed too fast to be reserved`);
}

function marksOn(products: ProductsForOrder): string {
  return [...products.values()].map(({ standing }) => ('attempt' in standing ? standing.attempt : '')).join();
}

function sumOf(taken: ReadonlyMap<string, number>): number {
  return [...taken.values()].reduce((sum, units) => sum + units, 0);
}

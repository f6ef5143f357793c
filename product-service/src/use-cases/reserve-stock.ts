import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReservationLine, Shortage } from '@micromall/contracts';
import type { ProductsForOrder } from '../domain/hold-state.js';
import { nextReservationStep } from '../domain/reservation.js';
import { failpoint } from '../failpoints.js';
import type { StockStore } from '../store/stock.js';

export interface Reservation {
  readonly orderId: string;
  /** One line a product, see `linesByProduct`. */
  readonly lines: readonly ReservationLine[];
  readonly expiresAt: Date;
}

export type ReservationResult =
  /** `units`: how many were newly taken, which is none when the order had them before. */
  | { readonly kind: 'reserved'; readonly products: ProductsForOrder; readonly units: number }
  | { readonly kind: 'refused'; readonly shortages: Shortage[] }
  | { readonly kind: 'ended' };

/** Attempts that run side by side give way to each other long before this. */
const mostRounds = 40;
const shortestDelayMs = 20;

/**
 * Reserves all lines of an order or none. Every round reads the hold states anew and takes the next step, so it copes
 * with rivals, with its own message coming twice, and with holds of an attempt that crashed half-way: a later attempt
 * takes them over, or the sweeper releases them.
 * @throws when the order's stock changes so fast that no round comes to an end; calling again is safe
 */
export async function reserve(
  stock: StockStore,
  { orderId, lines, expiresAt }: Reservation,
): Promise<ReservationResult> {
  const attempt = randomBytes(12).toString('hex');
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
    for (const [productId, { hold }] of products) {
      if (hold.kind !== 'held' || hold.attempt !== attempt) continue;
      const { quantity } = hold;
      await stock.apply(orderId, { productId, quantity, from: 'held', to }, { attempt });
    }
  }

  let marks = '';
  for (let round = 1; round <= mostRounds; round += 1) {
    const products = await stock.read(orderId, productIds);
    const step = nextReservationStep(lines, products, attempt);
    switch (step.kind) {
      case 'confirm':
        return { kind: 'reserved', products, units: sumOf(taken) };
      case 'refuse':
        // Nothing stays behind, so that the order may ask again when there is more.
        await giveBack(products, 'none');
        return { kind: 'refused', shortages: step.shortages };
      case 'end':
        await giveBack(products, 'released');
        return { kind: 'ended' };
      case 'claim': {
        // Two attempts could take over from each other for ever, so one whose marks still change is left alone.
        const othersAreBusy = step.adopt.length > 0 && marks !== marksOn(products);
        marks = marksOn(products);
        if (othersAreBusy) await delay(Math.random() * (shortestDelayMs + round * 5));
        else await claim(step.adopt, step.take);
      }
    }
  }
  throw new Error(`the stock of order ${orderId} is being changed too fast to be reserved`);
}

function marksOn(products: ProductsForOrder): string {
  return [...products.values()].map(({ hold }) => ('attempt' in hold ? hold.attempt : '')).join();
}

function sumOf(taken: ReadonlyMap<string, number>): number {
  return [...taken.values()].reduce((sum, units) => sum + units, 0);
}

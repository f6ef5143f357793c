import type { ReservationLine, Shortage } from '@micromall/contracts';
import type { ProductForOrder, ProductsForOrder } from './standing.js';

/** What to do next for an order that wants stock. */
export type ReservationStep =
  /** Every line is this attempt's: the order has its stock. */
  | { readonly do: 'confirm' }
  /** Too little of something. What the attempt holds goes back. */
  | { readonly do: 'refuse'; readonly shortages: Shortage[] }
  /** The order gave its stock back before. What the attempt holds goes the same way. */
  | { readonly do: 'end' }
  /** Make holds of an earlier attempt this one's own, and take what is still missing, in this order. */
  | { readonly do: 'claim'; readonly adopt: string[]; readonly take: ReservationLine[] };

/**
 * The next step of one attempt to reserve an order's stock, from how the order stands with each product just now.
 *
 * Attempts of the same order may run side by side (a message that came twice), and one that must give up takes back
 * only what bears its own mark. So an attempt that finds stock held by another one first puts its own mark on it,
 * and the order has its stock only once all of it has been seen to bear one mark: whoever gives up later can't have
 * marked any of it without finding all the rest there too, and then has no reason to give up.
 */
export function nextReservationStep(
  lines: readonly ReservationLine[],
  products: ProductsForOrder,
  attempt: string,
): ReservationStep {
  const standings = lines.map(({ productId }) => products.get(productId)?.standing);
  if (standings.some((standing) => standing?.is === 'released' || standing?.is === 'returned')) {
    return { do: 'end' };
  }
  const shortages = shortagesOf(lines, products);
  const adopt = lines
    .map(({ productId }) => productId)
    .filter((id) => isHeldByAnother(products.get(id), attempt));
  if (shortages.length > 0) {
    return adopt.length > 0 ? { do: 'claim', adopt, take: [] } : { do: 'refuse', shortages };
  }
  const take = lines.filter(({ productId }) => products.get(productId)?.standing.is === 'none');
  if (adopt.length === 0 && take.length === 0) return { do: 'confirm' };
  return { do: 'claim', adopt, take };
}

function isHeldByAnother(known: ProductForOrder | undefined, attempt: string): boolean {
  return known?.standing.is === 'held' && known.standing.attempt !== attempt;
}

/** The lines that want more than there is, of those that the order has nothing of yet. */
export function shortagesOf(lines: readonly ReservationLine[], products: ProductsForOrder): Shortage[] {
  return lines.flatMap(({ productId, quantity }) => {
    const known = products.get(productId);
    if (!known)
      return [{ productId, name: 'A product that is not sold here', wanted: quantity, available: 0 }];
    const { name, available } = known.product;
    const mayStillTake = known.standing.is === 'none' || known.standing.is === 'released';
    if (!mayStillTake || available >= quantity) return [];
    return [{ productId, name, wanted: quantity, available }];
  });
}

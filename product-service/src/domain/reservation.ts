import type { ReservationLine, Shortage } from '@micromall/contracts';
import type { ProductForOrder, ProductsForOrder } from './hold-state.js';

/** What to do next for an order that wants stock. */
export type ReservationStep =
  /** Every line is this attempt's: the order has its stock. */
  | { readonly kind: 'confirm' }
  /** Too little of something. What the attempt holds goes back. */
  | { readonly kind: 'refuse'; readonly shortages: Shortage[] }
  /** The order gave its stock back before. What the attempt holds goes the same way. */
  | { readonly kind: 'end' }
  /** Mark holds of an earlier attempt as this one's, and take what is still missing, in this order. */
  | { readonly kind: 'claim'; readonly adopt: string[]; readonly take: ReservationLine[] };

/**
 * The next step of one attempt to reserve an order's stock, from the order's hold states as they are now.
 *
 * Attempts for the same order may run side by side (a message that came twice), and one that gives up takes back only
 * holds with its own mark. So an attempt that finds a hold of another one first puts its own mark on it. The order has
 * its stock only once one attempt has seen its mark on every line: another attempt that gives up later can have marked
 * none of them, since it would have found all the rest there too and had no reason to give up.
 */
export function nextReservationStep(
  lines: readonly ReservationLine[],
  products: ProductsForOrder,
  attempt: string,
): ReservationStep {
  const kinds = lines.map(({ productId }) => products.get(productId)?.hold.kind);
  if (kinds.some((kind) => kind === 'released' || kind === 'returned')) return { kind: 'end' };
  const shortages = shortagesOf(lines, products);
  const adopt = lines
    .map(({ productId }) => productId)
    .filter((id) => isHeldByAnother(products.get(id), attempt));
  if (shortages.length > 0) {
    return adopt.length > 0 ? { kind: 'claim', adopt, take: [] } : { kind: 'refuse', shortages };
  }
  const take = lines.filter(({ productId }) => products.get(productId)?.hold.kind === 'none');
  if (adopt.length === 0 && take.length === 0) return { kind: 'confirm' };
  return { kind: 'claim', adopt, take };
}

function isHeldByAnother(known: ProductForOrder | undefined, attempt: string): boolean {
  return known?.hold.kind === 'held' && known.hold.attempt !== attempt;
}

/** The lines that want more than there is, of those that the order has nothing of yet. */
export function shortagesOf(lines: readonly ReservationLine[], products: ProductsForOrder): Shortage[] {
  return lines.flatMap(({ productId, quantity }) => {
    const known = products.get(productId);
    if (!known)
      return [{ productId, name: 'A product that is not sold here', wanted: quantity, available: 0 }];
    const { name, available } = known.product;
    const mayStillTake = known.hold.kind === 'none' || known.hold.kind === 'released';
    if (!mayStillTake || available >= quantity) return [];
    return [{ productId, name, wanted: quantity, available }];
  });
}

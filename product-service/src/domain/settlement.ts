import type { ReservationLine, Shortage } from '@micromall/contracts';
import { shortagesOf } from './reservation.js';
import type { Move, ProductsForOrder, Standing } from './standing.js';

/** What to do next for an order that was paid. */
export type SaleStep =
  /** Nothing is left to do; `missing` are lines of which nothing is known. */
  | { readonly do: 'nothing'; readonly missing: ReservationLine[] }
  /** The payment went back before its arrival was told. */
  | { readonly do: 'skip-refunded' }
  /** Stock that was given back is taken again. */
  | { readonly do: 'retake'; readonly moves: Move[] }
  | { readonly do: 'sell'; readonly moves: Move[] }
  /** Stock that was given back has gone to others. */
  | { readonly do: 'report-short'; readonly shortages: Shortage[] };

/**
 * The next step for a paid order. Stock that it lost is taken again before any other is sold, so that an order that
 * can't be fulfilled is found out while all the rest can still go back.
 */
export function nextSaleStep(lines: readonly ReservationLine[], products: ProductsForOrder): SaleStep {
  const standingOf = ({ productId }: ReservationLine) => products.get(productId)?.standing.is ?? 'none';
  if (lines.some((line) => standingOf(line) === 'returned')) return { do: 'skip-refunded' };

  const released = lines.filter((line) => standingOf(line) === 'released');
  if (released.length > 0) {
    const shortages = shortagesOf(released, products);
    if (shortages.length > 0) return { do: 'report-short', shortages };
    const moves = movesOf(released, products, () => 'sold');
    return { do: 'retake', moves };
  }
  const held = movesOf(lines, products, (standing) => (standing.is === 'held' ? 'sold' : undefined));
  if (held.length > 0) return { do: 'sell', moves: held };
  return { do: 'nothing', missing: lines.filter((line) => standingOf(line) === 'none') };
}

/** Says where an order's stock must go from a standing; undefined if it can stay. */
export type Rule = (standing: Standing) => Move['to'] | undefined;

/** A paid order that can't be fulfilled keeps nothing: it is refunded as a whole. */
export function afterShortage(standing: Standing): Move['to'] | undefined {
  return standing.is === 'held' || standing.is === 'sold' ? 'released' : undefined;
}

/**
 * A cancelled order holds nothing. If it never got as far, that is remembered, for its reservation may be late: not
 * for one that was refused its stock, because that answer was given by us.
 */
export function afterCancellation(wasRefusedStock: boolean): Rule {
  return (standing) => {
    if (standing.is === 'held') return 'released';
    return standing.is === 'none' && !wasRefusedStock ? 'released' : undefined;
  };
}

/** A refunded order's stock is for sale again, and stays so if word of its payment comes only now. */
export function afterRefund(standing: Standing): Move['to'] | undefined {
  return standing.is === 'returned' ? undefined : 'returned';
}

/** The moves that a rule asks for. What is held moves with the quantity that is held. */
export function movesOf(lines: readonly ReservationLine[], products: ProductsForOrder, rule: Rule): Move[] {
  return lines.flatMap(({ productId, quantity }): Move[] => {
    const standing = products.get(productId)?.standing;
    const to = standing && rule(standing);
    if (!standing || to === undefined) return [];
    if (standing.is === 'held') return [{ productId, quantity: standing.quantity, from: 'held', to }];
    const archived = standing.is === 'none' ? undefined : standing.archived;
    return [{ productId, quantity, from: standing.is, to, archived }];
  });
}

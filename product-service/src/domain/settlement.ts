import type { ReservationLine, Shortage } from '@micromall/contracts';
import type { HoldState, ProductsForOrder, Transition } from './hold-state.js';
import { shortagesOf } from './reservation.js';

/** What to do next for an order that was paid. */
export type SaleStep =
  /** Nothing is left to do; `missing` are lines of which nothing is known. */
  | { readonly kind: 'nothing'; readonly missing: ReservationLine[] }
  /** The refund arrived before the payment. */
  | { readonly kind: 'skip-refunded' }
  /** Stock that was released is taken again. */
  | { readonly kind: 'retake'; readonly transitions: Transition[] }
  | { readonly kind: 'sell'; readonly transitions: Transition[] }
  /** Stock that was released has gone to others. */
  | { readonly kind: 'report-short'; readonly shortages: Shortage[] };

/**
 * The next step for a paid order. Released stock is taken again before any other is sold: an order that can't be
 * fulfilled is found while all the rest can still go back.
 */
export function nextSaleStep(lines: readonly ReservationLine[], products: ProductsForOrder): SaleStep {
  const kindOf = ({ productId }: ReservationLine) => products.get(productId)?.hold.kind ?? 'none';
  if (lines.some((line) => kindOf(line) === 'returned')) return { kind: 'skip-refunded' };

  const released = lines.filter((line) => kindOf(line) === 'released');
  if (released.length > 0) {
    const shortages = shortagesOf(released, products);
    if (shortages.length > 0) return { kind: 'report-short', shortages };
    return { kind: 'retake', transitions: transitionsOf(released, products, () => 'sold') };
  }
  const held = transitionsOf(lines, products, (hold) => (hold.kind === 'held' ? 'sold' : undefined));
  if (held.length > 0) return { kind: 'sell', transitions: held };
  return { kind: 'nothing', missing: lines.filter((line) => kindOf(line) === 'none') };
}

/** The state that must follow a hold state; undefined if it can stay. */
export type Rule = (hold: HoldState) => Transition['to'] | undefined;

/** A paid order that can't be fulfilled keeps nothing: it is refunded as a whole. */
export function afterShortage(hold: HoldState): Transition['to'] | undefined {
  return hold.kind === 'held' || hold.kind === 'sold' ? 'released' : undefined;
}

/**
 * A cancelled order holds nothing. One that holds nothing yet is recorded all the same, since its request for stock
 * may come late; not so one that was refused its stock, since its request has been answered.
 */
export function afterCancellation(wasRefusedStock: boolean): Rule {
  return (hold) => {
    if (hold.kind === 'held') return 'released';
    return hold.kind === 'none' && !wasRefusedStock ? 'released' : undefined;
  };
}

/** A refunded order's stock is for sale again, and stays so if the payment's event comes only now. */
export function afterRefund(hold: HoldState): Transition['to'] | undefined {
  return hold.kind === 'returned' ? undefined : 'returned';
}

/** The transitions that a rule asks for. A held line goes with the quantity that is held. */
export function transitionsOf(
  lines: readonly ReservationLine[],
  products: ProductsForOrder,
  rule: Rule,
): Transition[] {
  return lines.flatMap(({ productId, quantity }): Transition[] => {
    const hold = products.get(productId)?.hold;
    const to = hold && rule(hold);
    if (!hold || to === undefined) return [];
    if (hold.kind === 'held') return [{ productId, quantity: hold.quantity, from: 'held', to }];
    const archived = hold.kind === 'none' ? undefined : hold.archived;
    return [{ productId, quantity, from: hold.kind, to, archived }];
  });
}

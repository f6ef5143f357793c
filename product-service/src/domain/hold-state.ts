import type { Product } from '@micromall/contracts';

/** How the reservation of an order for one product was settled. */
export type Outcome = 'sold' | 'released' | 'returned';

/**
 * What one order has of one product:
 * - `none`: nothing, and it never had any
 * - `held`: stock is reserved for it
 * - `sold`: its stock is paid
 * - `released`: it had (or was about to have) stock and does not need it, unless a payment comes late
 * - `returned`: its payment went back, so nothing may be sold to it any more
 */
export type HoldState =
  | { readonly kind: 'none' }
  | { readonly kind: 'held'; readonly quantity: number; readonly attempt: string }
  /** `archived`: settled so long ago that the product's own document has no record of it. */
  | { readonly kind: Outcome; readonly archived?: true };

/** A product as one order sees it. */
export interface ProductForOrder {
  readonly product: Product;
  readonly hold: HoldState;
}

/** By product id; a product that does not exist is missing. */
export type ProductsForOrder = ReadonlyMap<string, ProductForOrder>;

/** Where an order's units are counted, by its hold state. The three add up to all units ever put in. */
export type Bucket = 'available' | 'reserved' | 'sold';

export const bucketOf = {
  none: 'available',
  held: 'reserved',
  sold: 'sold',
  released: 'available',
  returned: 'available',
} as const satisfies Record<HoldState['kind'], Bucket>;

/** A change of an order's hold state for one product, and with it of where its units are counted. */
export interface Transition {
  readonly productId: string;
  readonly quantity: number;
  readonly from: HoldState['kind'];
  /** `from` is recorded in the archive, not in the product's own document. */
  readonly archived?: true | undefined;
  readonly to: 'none' | Outcome;
}

/** True if the transition changes how many units can be bought, and not only what is recorded of the order. */
export function movesUnits({ from, to }: Transition): boolean {
  return bucketOf[from] !== bucketOf[to];
}

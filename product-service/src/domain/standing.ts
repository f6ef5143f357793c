import type { Product } from '@micromall/contracts';

/** How the reservation of an order for one product can have ended. */
export type Outcome = 'sold' | 'released' | 'returned';

/**
 * How one order stands with one product:
 * - `none`: it has nothing of it, and never had
 * - `held`: stock is reserved for it
 * - `sold`: its stock is paid
 * - `released`: it had (or was about to have) stock and will not need it, unless a payment comes late
 * - `returned`: its payment went back, so nothing may be sold to it any more
 */
export type Standing =
  | { readonly is: 'none' }
  | { readonly is: 'held'; readonly quantity: number; readonly attempt: string }
  /** `archived`: it ended so long ago that the product does not remember it itself. */
  | { readonly is: Outcome; readonly archived?: true };

/** A product as one order sees it. */
export interface ProductForOrder {
  readonly product: Product;
  readonly standing: Standing;
}

/** By product id; a product that does not exist is not in it. */
export type ProductsForOrder = ReadonlyMap<string, ProductForOrder>;

/** Where the units of an order are counted, by its standing. Together the three are all that was ever put in. */
export type Bucket = 'available' | 'reserved' | 'sold';

export const bucketOf = {
  none: 'available',
  held: 'reserved',
  sold: 'sold',
  released: 'available',
  returned: 'available',
} as const satisfies Record<Standing['is'], Bucket>;

/**
 * A change of an order's standing with one product, and with it of where its units are counted.
 */
export interface Move {
  readonly productId: string;
  readonly quantity: number;
  readonly from: Standing['is'];
  /** Where the move begins is not remembered by the product itself. */
  readonly archived?: true | undefined;
  readonly to: 'none' | Outcome;
}

/** True if the move changes how many can be bought, and not just what is remembered of the order. */
export function movesUnits({ from, to }: Move): boolean {
  return bucketOf[from] !== bucketOf[to];
}

/** What a shopper saw on the confirm page. */
interface Confirmed {
  readonly cartVersion: number;
  /** Integer, minor units. */
  readonly confirmedTotal: number;
}

/** Whether two attempts to check out are about the same cart at the same total, and so about one order. */
export function isSameCart(one: Confirmed, other: Confirmed): boolean {
  return one.cartVersion === other.cartVersion && one.confirmedTotal === other.confirmedTotal;
}

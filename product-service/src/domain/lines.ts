import type { ReservationLine } from '@micromall/contracts';

/**
 * One line for each product, with the quantities of lines that name it twice added up, in the order of the product
 * ids. Orders that want the same products then ask for them in the same order, so that no two hold what the other
 * still needs.
 */
export function linesByProduct(lines: readonly ReservationLine[]): ReservationLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

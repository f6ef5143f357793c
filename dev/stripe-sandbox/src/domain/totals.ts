import type { SessionRecord, ShippingOptionRecord } from '../store/records.js';

/** All amounts are integers in minor units. */
export interface Totals {
  subtotal: number;
  shipping: number;
  total: number;
}

export function chosenShippingOption(session: SessionRecord): ShippingOptionRecord | null {
  return session.shippingOptions[session.chosenShipping] ?? null;
}

export function totalsOf(session: SessionRecord): Totals {
  const subtotal = session.lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  const shipping = chosenShippingOption(session)?.amount ?? 0;
  return { subtotal, shipping, total: subtotal + shipping };
}

import type { OrderState } from '@micromall/contracts';
import { failpoint as named } from '@micromall/platform';

/** Where order-service can be made to die, in the order of the saga: see the variable FAILPOINT. */
export const failpoints = [
  'order-created',
  'stock-reserved',
  'session-opened',
  'checkout-kept',
  'moved-to-paid',
  'moved-to-accepted',
  'moved-to-cancelled',
  'moved-to-refunding',
  'moved-to-refunded',
  'told-order.paid',
  'told-order.accepted',
  'told-order.cancelled',
  'told-order.refund-requested',
  'told-order.refunded',
] as const;

/** Each state that is written and each event that the broker has confirmed has a place; the list has those of use. */
type Place = (typeof failpoints)[number] | `moved-to-${OrderState}` | `told-${string}`;

/** Lets the process die here if it was started with this name. */
export function failpoint(name: Place): void {
  named(name);
}

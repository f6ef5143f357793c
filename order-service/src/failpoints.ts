import type { OrderState } from '@micromall/contracts';
import { failpoint as named } from '@micromall/platform';

/** Where order-service can be made to die, in the order of the saga: see the variable FAILPOINT. */
export const failpoints = [
  'order-created',
  'stock-reserved',
  'session-opened',
  'checkout-stored',
  'became-paid',
  'became-accepted',
  'became-cancelled',
  'became-refunding',
  'became-refunded',
  'emitted-order.paid',
  'emitted-order.accepted',
  'emitted-order.cancelled',
  'emitted-order.refund-requested',
  'emitted-order.refunded',
] as const;

/** Each state that is written and each event that the broker has confirmed is a place; the list has those of use. */
type Place = (typeof failpoints)[number] | `became-${OrderState}` | `emitted-${string}`;

/** Lets the process die here if it was started with this name. */
export function failpoint(name: Place): void {
  named(name);
}

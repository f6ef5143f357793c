import { failpoint as named } from '@micromall/platform';

/** Where payment-service can be made to die, in the order of the saga: see the variable FAILPOINT. */
export const failpoints = [
  'checkout-begun',
  'session-created',
  'session-stored',
  'webhook-received',
  'payment-emitted',
  'payment-stored',
  'session-expired',
  'expiry-emitted',
  'refund-begun',
  'refund-made',
  'refund-stored',
  'refund-emitted',
] as const;

/** Lets the process die here if it was started with this name. */
export function failpoint(name: (typeof failpoints)[number]): void {
  named(name);
}

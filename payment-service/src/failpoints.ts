import { failpoint as named } from '@micromall/platform';

/** Where payment-service can be made to die, in the order of the saga: see the variable FAILPOINT. */
export const failpoints = [
  'checkout-begun',
  'session-created',
  'session-kept',
  'webhook-received',
  'payment-told',
  'payment-kept',
  'session-expired',
  'expiry-told',
  'refund-begun',
  'refund-made',
  'refund-kept',
  'refund-told',
] as const;

/** Lets the process die here if it was started with this name. */
export function failpoint(name: (typeof failpoints)[number]): void {
  named(name);
}

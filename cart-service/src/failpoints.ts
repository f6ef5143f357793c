import { failpoint as named } from '@micromall/platform';

/** Where cart-service can be made to die: see the variable FAILPOINT. */
export const failpoints = ['cart-settled'] as const;

/** Lets the process die here if it was started with this name. */
export function failpoint(name: (typeof failpoints)[number]): void {
  named(name);
}

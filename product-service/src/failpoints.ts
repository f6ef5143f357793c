import { failpoint as named } from '@micromall/platform';

/** Where product-service can be made to die, in the order of the saga: see the variable FAILPOINT. */
export const failpoints = [
  'stock-held',
  'stock-sold',
  'shortage-stored',
  'shortage-published',
  'stock-released',
  'stock-returned',
] as const;

/** Lets the process die here if it was started with this name. */
export function failpoint(name: (typeof failpoints)[number]): void {
  named(name);
}

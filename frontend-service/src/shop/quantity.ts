import { largestQuantity, quantity } from '@micromall/contracts';
import { z } from 'zod';

/** A quantity as a form sends it: digits only, so `1.5`, `-1` and `1e9` are not one. */
export const typedQuantity = z
  .string(`must be a whole number from 1 to ${largestQuantity}`)
  .trim()
  .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${largestQuantity}`)
  .transform(Number)
  .pipe(quantity);

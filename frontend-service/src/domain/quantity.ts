import { largestQuantity, quantity } from '@micromall/contracts';
import { z } from 'zod';

/** A number as a form sends it: digits only, so `1.5`, `-1` and `1e9` are not one. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);

/** A quantity as a form sends it. */
export const typedQuantity = z
  .string(`must be a whole number from 1 to ${largestQuantity}`)
  .trim()
  .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${largestQuantity}`)
  .transform(Number)
  .pipe(quantity);

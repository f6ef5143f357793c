import { z } from 'zod';

/** The largest number of one product in a cart, an order or a stock change: keeps every sum a safe integer. */
export const largestQuantity = 9_999;
/** The largest price: 10 million in a currency with two decimals. */
export const largestAmount = 1_000_000_000;

/** A MongoDB ObjectId in hexadecimal: accounts, products and orders are named by one. */
export const objectId = z
  .string('must be a string of 24 hexadecimal digits')
  .regex(/^[0-9a-f]{24}$/, 'must be a string of 24 hexadecimal digits');

/** Money: an integer in the currency's minor unit (cents), never a fraction. */
export const minorUnits = z
  .int('must be a whole number in minor units (1250 means 12.50)')
  .min(0, 'must not be negative')
  .max(largestAmount, `must be at most ${largestAmount}`);

/**
 * A sum of prices times quantities, in minor units. It outgrows the largest price: 100 lines of the largest quantity
 * at the largest price are still a safe integer.
 */
export const minorUnitsSum = z.int('must be a whole number in minor units').min(0, 'must not be negative');

/** ISO 4217, upper case. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as SGD');

/** One piece of work in every service, log and message: https://www.w3.org/TR/trace-context/#trace-id */
export const traceId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits');

/** How many of something is bought: 1 or more. */
export const quantity = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(largestQuantity, `must be at most ${largestQuantity}`);

/** A change to a number of items: how many more (or, negative, fewer). */
export const quantityDelta = z
  .int('must be a whole number')
  .min(-largestQuantity, `must be at least -${largestQuantity}`)
  .max(largestQuantity, `must be at most ${largestQuantity}`)
  .refine((value) => value !== 0, 'must not be 0');

/** An e-mail address, lower case, at most 254 characters. */
export const email = z
  .string('must be an e-mail address such as ada@example.com')
  .trim()
  .toLowerCase()
  .max(254, 'must be at most 254 characters')
  .pipe(z.email('must be an e-mail address such as ada@example.com'));

/** Length only, as NIST SP 800-63B advises; the upper bound keeps hashing cheap. */
export const newPassword = z
  .string('must be a text')
  .min(8, 'must have at least 8 characters')
  .max(128, 'must have at most 128 characters');

/** 1 to 80 characters. */
export const personName = z
  .string('must be a text')
  .trim()
  .min(1, 'must not be empty')
  .max(80, 'must have at most 80 characters');

/** Between which amounts, in minor units, Stripe takes a payment. */
export const chargeLimits = z.strictObject({ least: minorUnits, most: minorUnits, currency });

/** A secret of one checkout: whoever brings it comes from its payment page. */
export const cancelToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be the token of the payment page');

/** A moment as ISO 8601 text in UTC. */
export const timestamp = z.iso.datetime();

/** Names one attempt of a shopper to check out; made by the confirm page, so that a reload is not a second order. */
export const checkoutId = z.uuid('must be the id that the confirm page made');

/** A guest's cart is named by a secret that only that browser knows; an account's cart by the account's id. */
export const cartId = z
  .string('must be a text')
  .regex(/^[A-Za-z0-9-]{8,64}$/, 'must have 8 to 64 letters, digits or hyphens');

/** The SHA-256 of an image's bytes, in hexadecimal: its address can be cached for ever. */
export const imageHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');

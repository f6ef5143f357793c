import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Letters and digits, which need not be equally likely here. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Prefixes whose ids are not 24 characters long. */
const LENGTHS: Record<string, number> = { cs_test_: 58, cus_: 14, prod_: 14, req_: 14, whsec_: 32 };

/** A new random id that looks like Stripe's: the prefix that names the kind of object, then letters and digits. */
export function newIdentifier(prefix: string): string {
  return prefix + randomText(LENGTHS[prefix] ?? 24);
}

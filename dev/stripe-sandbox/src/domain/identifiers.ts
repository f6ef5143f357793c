import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Bytes at or above this value would favour the first letters of the alphabet, so they are skipped. */
const FAIR_LIMIT = 256 - (256 % ALPHABET.length);

const pool = Buffer.alloc(4096);
let position = pool.length;

function nextByte(): number {
  if (position >= pool.length) {
    // One system call for thousands of bytes: an id would otherwise cost more than the object it names.
    randomFillSync(pool);
    position = 0;
  }
  const byte = pool[position] ?? 0;
  position += 1;
  return byte;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    const byte = nextByte();
    if (byte < FAIR_LIMIT) text += ALPHABET[byte % ALPHABET.length];
  }
  return text;
}

const LENGTHS = {
  cs_test_: 58,
  pi_: 24,
  ch_: 24,
  pm_: 24,
  txn_: 24,
  re_: 24,
  du_: 24,
  issfr_: 24,
  cus_: 14,
  prod_: 14,
  price_: 24,
  shr_: 24,
  li_: 24,
  evt_: 24,
  we_: 24,
  req_: 14,
  whsec_: 32,
  '3ds_': 24,
} as const;

export type IdentifierPrefix = keyof typeof LENGTHS;

/** A new random id that looks like Stripe's: the prefix that names the kind of object, then letters and digits. */
export function newIdentifier(prefix: IdentifierPrefix): string {
  return prefix + randomText(LENGTHS[prefix]);
}

/** Letters and digits for secrets that follow an id, such as `pi_…_secret_…`. */
export function newSecretPart(): string {
  return randomText(25);
}

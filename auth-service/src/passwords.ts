import { availableParallelism } from 'node:os';
import { createGate } from './gate.js';

/**
 * Argon2id as OWASP advises: 19 MiB, two passes, one lane
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). Argon2id is the library's
 * default algorithm.
 */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A hash that no password has (all zero), made with the same parameters, so that checking against it takes as long. */
const nobodysHash =
  `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}` +
  `$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export interface Passwords {
  /** The hash to keep, in PHC text form with its parameters and a salt of its own. */
  hash(password: string): Promise<string>;
  /** Without a hash (nobody has this account) the answer is no, and takes as long as with one. */
  matches(hash: string | undefined, password: string): Promise<boolean>;
}

/**
 * Hashing takes memory and a processor's whole attention for some 20 ms, so only as many are hashed at once as there
 * are processors. The native library is loaded when the first password comes: an idle service stays small.
 */
export function createPasswords(): Passwords {
  const gate = createGate(availableParallelism());
  return {
    async hash(password) {
      const argon2 = await import('@node-rs/argon2');
      return gate(() => argon2.hash(canonical(password), parameters));
    },
    async matches(hash, password) {
      const argon2 = await import('@node-rs/argon2');
      return gate(() => argon2.verify(hash ?? nobodysHash, canonical(password)));
    },
  };
}

/** The same letters may reach us in several codings, depending on the keyboard (NIST SP 800-63B, section 3.1.1.2). */
function canonical(password: string): string {
  return password.normalize('NFKC');
}

import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/**
 * Argon2id as OWASP advises: 19 MiB, two passes, one lane
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). Argon2id is the library's
 * default algorithm.
 */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A hash that no password has (all zero). Its parameters are the same, so checking it takes as long. */
const dummyHash =
  `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}` +
  `$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export interface Passwords {
  /** The hash to store, in PHC text form with its parameters and a salt of its own. */
  hash(password: string): Promise<string>;
  /** Without a hash (no such account) the answer is no, and takes as long as with one. */
  matches(hash: string | undefined, password: string): Promise<boolean>;
}

/** What this service uses of `@node-rs/argon2`. */
export interface Argon2 {
  hash(password: string, options: typeof parameters): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

/**
 * Hashing takes 19 MiB and a whole processor for some 20 ms, so only as many run at once as there are processors.
 * @param load runs with the first password: an idle service does without the native library
 */
export function createPasswords(load: () => Promise<Argon2> = () => import('@node-rs/argon2')): Passwords {
  const limit = pLimit(availableParallelism());
  return {
    async hash(password) {
      const argon2 = await load();
      return limit(() => argon2.hash(canonical(password), parameters));
    },
    async matches(hash, password) {
      const argon2 = await load();
      return limit(() => argon2.verify(hash ?? dummyHash, canonical(password)));
    },
  };
}

/** Keyboards write the same letters in several encodings (NIST SP 800-63B, section 3.1.1.2). */
function canonical(password: string): string {
  return password.normalize('NFKC');
}

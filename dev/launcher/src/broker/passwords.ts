import { createHash, randomBytes } from 'node:crypto';

export interface DefinedUser {
  readonly name: string;
}

/** What RabbitMQ wants to read about a user's password instead of the password. */
export interface PasswordHash {
  readonly password_hash: string;
  readonly hashing_algorithm: 'rabbit_password_hashing_sha256';
}

/**
 * RabbitMQ's salted hash of a password.
 * https://www.rabbitmq.com/docs/passwords#computing-password-hash
 */
export function hashPassword(password: string, salt: Buffer = randomBytes(4)): PasswordHash {
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return {
    password_hash: Buffer.concat([salt, digest]).toString('base64'),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  };
}

/**
 * The definitions with a password hash for each of their users; `passwords` is by user name.
 * Throws when a user has no password, naming every such user: a user without one could never log in.
 */
export function withPasswords<
  User extends DefinedUser,
  Definitions extends { readonly users: readonly User[] },
>(
  definitions: Definitions & { readonly users: readonly User[] },
  passwords: Readonly<Record<string, string>>,
): Omit<Definitions, 'users'> & { readonly users: readonly (User & PasswordHash)[] } {
  const missing: string[] = [];
  const users = definitions.users.map((user) => {
    const password = passwords[user.name];
    if (password === undefined || password === '') missing.push(user.name);
    return { ...user, ...hashPassword(password ?? '') };
  });
  if (missing.length > 0) throw new Error(`No password for the broker's user ${missing.join(', ')}.`);
  return { ...definitions, users };
}

import type { Account } from '@micromall/contracts';
import type { Context } from '../context.js';
import { publicAccount, type StoredAccount } from '../domain/accounts.js';

/** A person who is logged in, with the token that says so. */
export interface LoggedIn {
  readonly account: Account;
  readonly identity: string;
}

export async function issueIdentity(
  { identities }: Pick<Context, 'identities'>,
  stored: StoredAccount,
): Promise<LoggedIn> {
  const account = publicAccount(stored);
  return { account, identity: await identities.issue(account) };
}

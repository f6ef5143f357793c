import type { login, RpcRequest } from '@micromall/contracts';
import type { Context } from '../context.js';
import { issueIdentity, type LoggedIn } from './issue-identity.js';

/**
 * Checks a password. The answer, and the time it takes, do not tell whether the e-mail address has an account.
 * @returns undefined if no account has this address and this password
 */
export async function logIn(
  context: Context,
  { email, password }: RpcRequest<typeof login>,
): Promise<LoggedIn | undefined> {
  const { accounts, passwords, events } = context;
  const stored = await accounts.findByEmail(email);
  const matches = await passwords.matches(stored?.passwordHash, password);
  if (!stored || !matches) {
    events.loginRefused();
    return undefined;
  }
  events.loggedIn(stored.userId);
  return issueIdentity(context, stored);
}

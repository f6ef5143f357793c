import type { createAccount, RpcRequest } from '@micromall/contracts';
import type { Context } from '../context.js';
import { type StoredAccount, wasCreatedBy } from '../domain/accounts.js';
import { issueIdentity, type LoggedIn } from './issue-identity.js';

/**
 * Adds a shopper and logs them in. A call that is delivered again finds the account that it created, and gets that.
 * @returns undefined if the e-mail address has an account already
 */
export async function createShopper(
  context: Context,
  { name, email, password }: RpcRequest<typeof createAccount>,
  callId: string | undefined,
): Promise<LoggedIn | undefined> {
  const { accounts, passwords, events } = context;
  const earlier = await accounts.findByEmail(email);
  if (earlier) return logInCreator(context, earlier, callId);
  const passwordHash = await passwords.hash(password);
  const added = await accounts.add({ name, email, role: 'shopper', passwordHash, createdBy: callId });
  if (!added) return logInCreator(context, await accounts.findByEmail(email), callId);
  events.accountCreated(added.userId);
  return issueIdentity(context, added);
}

/** @param existing undefined if the account was deleted in this very moment */
async function logInCreator(
  context: Context,
  existing: StoredAccount | undefined,
  callId: string | undefined,
): Promise<LoggedIn | undefined> {
  if (existing && wasCreatedBy(existing, callId)) return issueIdentity(context, existing);
  context.events.emailTaken();
  return undefined;
}

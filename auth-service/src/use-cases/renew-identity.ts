import type { Context } from '../context.js';
import { issueIdentity, type LoggedIn } from './issue-identity.js';

/**
 * Exchanges a token for a fresh one. Reads the account anew: a new name or role shows, and a deleted account gets
 * nothing.
 * @returns undefined if the token is not valid, too old, or its account is gone
 */
export async function renew(context: Context, token: string): Promise<LoggedIn | undefined> {
  const { accounts, identities, events } = context;
  const verified = await identities.verifyForRenewal(token);
  if ('refused' in verified) {
    events.renewalRefused(verified.refused);
    return undefined;
  }
  const stored = await accounts.findById(verified.userId);
  if (!stored) {
    events.renewalRefused('the account is gone');
    return undefined;
  }
  events.identityRenewed(stored.userId);
  return issueIdentity(context, stored);
}

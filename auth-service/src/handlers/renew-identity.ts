import type { renewIdentity } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { publicAccount } from '../domain/accounts.js';

/** Reads the account anew, so that a new name or role shows, and an account that is gone gets nothing. */
export function handleRenewIdentity({
  accounts,
  identities,
  events,
}: Context): RpcHandler<typeof renewIdentity> {
  return async ({ identity }) => {
    const examined = await identities.examine(identity);
    if ('refused' in examined) return end(examined.refused);
    const kept = await accounts.findById(examined.userId);
    if (!kept) return end('the account is gone');
    events.identityRenewed(kept.userId);
    const account = publicAccount(kept);
    return { ok: true, account, identity: await identities.issue(account) };
  };

  function end(reason: string) {
    events.renewalRefused(reason);
    return failed('identity-ended', 'You are no longer logged in. Please log in again.');
  }
}

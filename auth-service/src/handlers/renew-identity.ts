import type { renewIdentity } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { renew } from '../use-cases/renew-identity.js';

export function handleRenewIdentity(context: Context): RpcHandler<typeof renewIdentity> {
  return async ({ identity }) => {
    const renewed = await renew(context, identity);
    if (renewed) return { ok: true, ...renewed };
    return failed('identity-ended', 'You are no longer logged in. Please log in again.');
  };
}

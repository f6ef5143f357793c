import type { createAccount } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { createShopper } from '../use-cases/create-account.js';

export function handleCreateAccount(context: Context): RpcHandler<typeof createAccount> {
  return async (request, { callId }) => {
    const created = await createShopper(context, request, callId);
    if (created) return { ok: true, ...created };
    return failed('email-taken', 'There is an account with this e-mail address already. Log in instead.');
  };
}

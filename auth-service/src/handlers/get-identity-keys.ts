import type { getIdentityKeys } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';

export function handleGetIdentityKeys({ identities }: Context): RpcHandler<typeof getIdentityKeys> {
  return async () => ({ ok: true, keys: [...identities.publicKeys] });
}

import type { login } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { logIn } from '../use-cases/log-in.js';

export function handleLogin(context: Context): RpcHandler<typeof login> {
  return async (request) => {
    const loggedIn = await logIn(context, request);
    if (loggedIn) return { ok: true, ...loggedIn };
    return failed('wrong-credentials', 'The e-mail address or the password is not right.');
  };
}

import type { login } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { publicAccount } from '../domain/accounts.js';

/** The answer, and the time it takes, do not tell whether the e-mail address has an account. */
export function handleLogin({ accounts, passwords, identities, events }: Context): RpcHandler<typeof login> {
  return async ({ email, password }) => {
    const kept = await accounts.findByEmail(email);
    const matches = await passwords.matches(kept?.passwordHash, password);
    if (!kept || !matches) {
      events.loginRefused();
      return failed('wrong-credentials', 'The e-mail address or the password is not right.');
    }
    events.loggedIn(kept.userId);
    const account = publicAccount(kept);
    return { ok: true, account, identity: await identities.issue(account) };
  };
}

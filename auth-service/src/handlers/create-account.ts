import type { createAccount, RpcReply } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { type KeptAccount, publicAccount, wasMadeBy } from '../domain/accounts.js';

type Reply = RpcReply<typeof createAccount>;

/** A request that is delivered again finds the account that it made, and answers as the first time. */
export function handleCreateAccount(context: Context): RpcHandler<typeof createAccount> {
  const { accounts, passwords, events } = context;
  return async ({ name, email, password }, { callId }) => {
    const earlier = await accounts.findByEmail(email);
    if (earlier) return answerTaken(context, earlier, callId);
    const made = await accounts.add({
      name,
      email,
      role: 'shopper',
      passwordHash: await passwords.hash(password),
      createdBy: callId,
    });
    if (!made) return answerTaken(context, await accounts.findByEmail(email), callId);
    events.accountCreated(made.userId);
    return vouchFor(context, made);
  };
}

/** @param owner undefined if the account was deleted in this very moment */
function answerTaken(
  context: Context,
  owner: KeptAccount | undefined,
  callId: string | undefined,
): Promise<Reply> | Reply {
  if (owner && wasMadeBy(owner, callId)) return vouchFor(context, owner);
  context.events.emailTaken();
  return failed('email-taken', 'There is an account with this e-mail address already. Log in instead.');
}

async function vouchFor({ identities }: Context, kept: KeptAccount): Promise<Reply> {
  const account = publicAccount(kept);
  return { ok: true, account, identity: await identities.issue(account) };
}

import type { Account, Role } from '@micromall/contracts';

/** An account as it is kept. */
export interface KeptAccount {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** In PHC text form; never leaves the service. */
  readonly passwordHash: string;
  /** The id of the call that made the account; undefined if that call had none. */
  readonly createdBy: string | undefined;
}

/** The account as others may see it: field by field, so that nothing new slips through. */
export function publicAccount({ userId, name, email, role }: KeptAccount): Account {
  return { userId, name, email, role };
}

/** Whether this very call made the account: then it was delivered again and gets the same answer again. */
export function wasMadeBy(account: KeptAccount, callId: string | undefined): boolean {
  return callId !== undefined && account.createdBy === callId;
}

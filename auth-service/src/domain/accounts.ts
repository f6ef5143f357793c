import type { Account, Role } from '@micromall/contracts';

/** An account as it is stored. */
export interface StoredAccount {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** In PHC text form; never leaves the service. */
  readonly passwordHash: string;
  /** The id of the call that created the account; undefined if that call had none. */
  readonly createdBy: string | undefined;
}

/** The account as others may see it: field by field, so that a new field stays private until it is named here. */
export function publicAccount({ userId, name, email, role }: StoredAccount): Account {
  return { userId, name, email, role };
}

/** Whether this very call created the account: then it was delivered again and gets the same answer again. */
export function wasCreatedBy(account: StoredAccount, callId: string | undefined): boolean {
  return callId !== undefined && account.createdBy === callId;
}

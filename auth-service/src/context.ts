import type { PlatformWithDatabase } from '@micromall/platform';
import { createIdentities, type Identities, newSigningKey } from './clients/identities.js';
import { createPasswords, type Passwords } from './clients/passwords.js';
import { type AuthEvents, createEvents } from './events.js';
import { type AccountStore, openAccountStore } from './store/accounts.js';
import { openSigningKeyStore } from './store/signing-keys.js';

/** What handlers and use cases work with. */
export interface Context {
  readonly accounts: AccountStore;
  readonly passwords: Passwords;
  readonly identities: Identities;
  readonly events: AuthEvents;
}

export async function createContext({ database, logger, metrics }: PlatformWithDatabase): Promise<Context> {
  const signingKey = await openSigningKeyStore(database).findOrAdd(newSigningKey);
  return {
    accounts: await openAccountStore(database),
    passwords: createPasswords(),
    identities: await createIdentities(signingKey),
    events: createEvents(logger, metrics.registry),
  };
}

import type { PlatformWithDatabase } from '@micromall/platform';
import { type AuthEvents, createEvents } from './events.js';
import { createIdentities, type Identities } from './identities.js';
import { createPasswords, type Passwords } from './passwords.js';
import { type AccountStore, openAccountStore } from './store/accounts.js';
import { openSigningKeyStore } from './store/signing-keys.js';

/** What the handlers work with. */
export interface Context {
  readonly accounts: AccountStore;
  readonly passwords: Passwords;
  readonly identities: Identities;
  readonly events: AuthEvents;
}

export async function createContext(platform: PlatformWithDatabase): Promise<Context> {
  return {
    accounts: await openAccountStore(platform.database),
    passwords: createPasswords(),
    identities: await createIdentities(openSigningKeyStore(platform.database)),
    events: createEvents(platform.logger, platform.metrics.registry),
  };
}

import { createAccount, getIdentityKeys, login, renewIdentity } from '@micromall/contracts';
import {
  createIdentityVerifier,
  type Environment,
  type PlatformWithDatabase,
  type RunningService,
  startServiceWithDatabase,
} from '@micromall/platform';
import { type Config, readConfig } from './config.js';
import { createContext } from './context.js';
import { handleCreateAccount } from './handlers/create-account.js';
import { handleGetIdentityKeys } from './handlers/get-identity-keys.js';
import { handleLogin } from './handlers/login.js';
import { handleRenewIdentity } from './handlers/renew-identity.js';
import { ensureFirstAdmin } from './use-cases/ensure-first-admin.js';

/**
 * Starts auth-service: accounts, passwords, roles.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function startAuthService(environment: Environment): Promise<RunningService> {
  const config = readConfig(environment);
  return startServiceWithDatabase('auth-service', config, (platform) => build(platform, config));
}

async function build(platform: PlatformWithDatabase, config: Config): Promise<void> {
  const context = await createContext(platform);
  const ownKeys = async () => context.identities.publicKeys;
  platform.server.verifyIdentitiesWith(createIdentityVerifier(ownKeys, platform.logger));
  await ensureFirstAdmin(context, {
    email: config.FIRST_ADMIN_EMAIL,
    password: config.FIRST_ADMIN_PASSWORD,
  });
  platform.server.serve(login, handleLogin(context));
  platform.server.serve(createAccount, handleCreateAccount(context));
  platform.server.serve(renewIdentity, handleRenewIdentity(context));
  platform.server.serve(getIdentityKeys, handleGetIdentityKeys(context));
}

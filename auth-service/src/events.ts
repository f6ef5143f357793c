import { Counter, type Logger, type Registry, startAtZero } from '@micromall/platform';

/**
 * What happens to accounts: each event is one log line and one count. Lines name people by their account's id,
 * never by e-mail address or name.
 */
export interface AuthEvents {
  accountCreated(userId: string): void;
  emailTaken(): void;
  loggedIn(userId: string): void;
  loginRefused(): void;
  identityRenewed(userId: string): void;
  /** @param reason in a few words, without any part of the token */
  renewalRefused(reason: string): void;
  firstAdminCreated(userId: string): void;
  /** The configured address belongs to a shopper, who must not become an admin by configuration. */
  firstAdminImpossible(userId: string): void;
}

export function createEvents(logger: Logger, registry: Registry): AuthEvents {
  const registers = [registry];
  const accounts = new Counter({
    name: 'auth_accounts_created_total',
    help: 'Accounts created, by role',
    labelNames: ['role'],
    registers,
  });
  const emailsTaken = new Counter({
    name: 'auth_emails_taken_total',
    help: 'Accounts not created because the e-mail address has one',
    registers,
  });
  const logins = new Counter({
    name: 'auth_logins_total',
    help: 'Logins, by outcome (accepted, refused)',
    labelNames: ['outcome'],
    registers,
  });
  const renewals = new Counter({
    name: 'auth_identity_renewals_total',
    help: 'Identities exchanged for fresh ones, by outcome (accepted, refused)',
    labelNames: ['outcome'],
    registers,
  });
  const withoutAdmin = new Counter({
    name: 'auth_first_admin_impossible_total',
    help: 'Starts that left the shop without an admin because the address of the first one is taken',
    registers,
  });
  startAtZero(accounts, { role: ['shopper', 'admin'] });
  startAtZero(logins, { outcome: ['accepted', 'refused'] });
  startAtZero(renewals, { outcome: ['accepted', 'refused'] });
  return {
    accountCreated(userId) {
      accounts.inc({ role: 'shopper' });
      logger.info({ userId }, 'account created');
    },
    emailTaken() {
      emailsTaken.inc();
      logger.info('account not created: the e-mail address is taken');
    },
    loggedIn(userId) {
      logins.inc({ outcome: 'accepted' });
      logger.info({ userId }, 'logged in');
    },
    loginRefused() {
      logins.inc({ outcome: 'refused' });
      logger.info('login refused');
    },
    identityRenewed(userId) {
      renewals.inc({ outcome: 'accepted' });
      logger.debug({ userId }, 'identity renewed');
    },
    renewalRefused(reason) {
      renewals.inc({ outcome: 'refused' });
      logger.info({ reason }, 'identity not renewed');
    },
    firstAdminCreated(userId) {
      accounts.inc({ role: 'admin' });
      logger.info({ userId }, 'first admin created');
    },
    firstAdminImpossible(userId) {
      withoutAdmin.inc();
      logger.error(
        { userId },
        'there is no admin, and FIRST_ADMIN_EMAIL belongs to a shopper: set another address and start again',
      );
    },
  };
}

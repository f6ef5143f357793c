import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorName } from '@micromall/contracts';
import { z } from 'zod';

const secretsShape = z.object({
  /** By broker user. */
  brokerPasswords: z.record(z.string(), z.string().min(1)),
  sessionSecret: z.string().min(1),
  stripeWebhookSecret: z.string().startsWith('whsec_'),
  /** What services present to the Stripe stand-in; looks like a test key and is none. */
  sandboxApiKey: z.string().startsWith('sk_test_sandbox'),
});

export type Secrets = z.infer<typeof secretsShape>;

/** The GUI's user in development has a password that everyone knows. */
const OPERATOR_PASSWORD = 'admin';

function token(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function stored(path: string): Partial<Secrets> {
  if (!existsSync(path)) return {};
  const parsed = secretsShape.partial().safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return parsed.success ? parsed.data : {};
}

/**
 * The secrets of this shop, made at its first start and kept in `secrets.json`, readable by nobody else.
 * A user who is new in the contracts gets a password then.
 */
export function loadSecrets(directory: string, brokerUsers: readonly string[]): Secrets {
  const path = join(directory, 'secrets.json');
  const kept = stored(path);
  const passwords = brokerUsers.map((user): [string, string] => [
    user,
    user === operatorName ? OPERATOR_PASSWORD : (kept.brokerPasswords?.[user] ?? token(24)),
  ]);
  const secrets: Secrets = {
    brokerPasswords: Object.fromEntries(passwords),
    sessionSecret: kept.sessionSecret ?? token(32),
    stripeWebhookSecret: kept.stripeWebhookSecret ?? `whsec_${token(24)}`,
    sandboxApiKey: kept.sandboxApiKey ?? `sk_test_sandbox_${randomBytes(16).toString('hex')}`,
  };
  const draft = `${path}.new`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return secrets;
}

import { randomUUID } from 'node:crypto';
import type { Account } from '@micromall/contracts';
import { identityAudience, identityIssuer } from '@micromall/platform';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Signs identities as auth-service does. */
export interface Authority {
  readonly publicKey: { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; alg: 'EdDSA' };
  /** How long the identities last, in seconds. */
  lifetimeSeconds: number;
  identityOf(account: Account): Promise<string>;
  subjectOf(identity: string): string | undefined;
}

export async function createAuthority(): Promise<Authority> {
  const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '' } = await exportJWK(keys.publicKey);
  const authority: Authority = {
    publicKey: { kty: 'OKP', crv: 'Ed25519', x, kid: 'test', alg: 'EdDSA' },
    lifetimeSeconds: 3_600,
    identityOf: ({ userId, name, email, role }) =>
      new SignJWT({ name, email, role, jti: randomUUID() })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
        .setSubject(userId)
        .setIssuer(identityIssuer)
        .setAudience(identityAudience)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + authority.lifetimeSeconds)
        .sign(keys.privateKey),
    subjectOf: (identity) => decodeJwt(identity).sub,
  };
  return authority;
}

import { type Account, account } from '@micromall/contracts';
import { identityAudience, identityIssuer } from '@micromall/platform';
import { errors, importJWK, jwtVerify, SignJWT } from 'jose';
import { identityLifetimeSeconds, renewableAfterEndSeconds } from './domain/identity-times.js';
import { newSigningKey, type PublicKey, publicKeyOf } from './signing-key.js';
import type { SigningKeyStore } from './store/signing-keys.js';

const algorithm = 'EdDSA';
const subject = account.shape.userId;

/** Whose a token is, if it is one of ours and not too old to be renewed. */
export type Examined = { readonly userId: string } | { readonly refused: string };

/** Vouches for people: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037). */
export interface Identities {
  readonly publicKeys: readonly PublicKey[];
  issue(person: Account): Promise<string>;
  /** For renewal only: a token is accepted up to seven days after its end. */
  examine(token: string): Promise<Examined>;
}

/** All replicas sign with the one key that the database has; the first to come makes it. */
export async function createIdentities(store: SigningKeyStore): Promise<Identities> {
  const key = (await store.find()) ?? (await store.keepFirst(await newSigningKey()));
  const publicKey = publicKeyOf(key);
  const [signing, verifying] = await Promise.all([
    importJWK({ ...publicKey, d: key.d }, algorithm),
    importJWK(publicKey, algorithm),
  ]);
  return {
    publicKeys: [publicKey],
    issue: ({ userId, name, email, role }) =>
      new SignJWT({ name, email, role })
        .setProtectedHeader({ alg: algorithm, kid: key.kid })
        .setSubject(userId)
        .setIssuer(identityIssuer)
        .setAudience(identityAudience)
        .setIssuedAt()
        .setExpirationTime(`${identityLifetimeSeconds}s`)
        .sign(signing),
    async examine(token) {
      try {
        const { payload } = await jwtVerify(token, verifying, {
          issuer: identityIssuer,
          audience: identityAudience,
          algorithms: [algorithm],
          requiredClaims: ['sub', 'exp'],
          clockTolerance: renewableAfterEndSeconds,
        });
        return { userId: subject.parse(payload.sub) };
      } catch (error) {
        // The reasons of a refusal are jose's own errors; anything else is a fault here.
        if (error instanceof errors.JOSEError) return { refused: error.code };
        throw error;
      }
    },
  };
}

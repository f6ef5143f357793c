import { type Account, account } from '@micromall/contracts';
import { identityAudience, identityIssuer } from '@micromall/platform';
import {
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { identityLifetimeSeconds, renewableAfterEndSeconds } from '../domain/identity-lifetime.js';
import { type PublicKey, publicKeyOf, type SigningKey } from '../domain/signing-key.js';

const algorithm = 'EdDSA';
const subject = account.shape.userId;

/** Whose a token is, if this shop signed it and it is not too old to be renewed. */
export type VerifiedToken = { readonly userId: string } | { readonly refused: string };

/** JSON Web Tokens (RFC 7519) that say who a person is, signed with Ed25519 (RFC 8037). */
export interface Identities {
  readonly publicKeys: readonly PublicKey[];
  issue(person: Account): Promise<string>;
  /** For renewal only: accepts a token up to seven days after its end. `refused` is a code of jose. */
  verifyForRenewal(token: string): Promise<VerifiedToken>;
}

/** @param key the one with which all replicas sign */
export async function createIdentities(key: SigningKey): Promise<Identities> {
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
    async verifyForRenewal(token) {
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

export async function newSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  if (!x || !d) throw new Error('the new Ed25519 key lacks one of its halves');
  return { kid: await calculateJwkThumbprint(publicKey), x, d };
}

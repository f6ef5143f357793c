import type { getIdentityKeys, RpcReply } from '@micromall/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';

/** An Ed25519 key pair, in base64url as RFC 8037 writes it. */
export const signingKey = z.object({
  /** The thumbprint of the public half (RFC 7638). */
  kid: z.string().min(1),
  /** The public half. */
  x: z.string().min(1),
  /** The private half: stays in this service and its database. */
  d: z.string().min(1),
});
export type SigningKey = z.output<typeof signingKey>;

export type PublicKey = Extract<RpcReply<typeof getIdentityKeys>, { ok: true }>['keys'][number];

export async function newSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const kid = await calculateJwkThumbprint(publicKey);
  return signingKey.parse({ ...(await exportJWK(privateKey)), kid });
}

export function publicKeyOf({ kid, x }: SigningKey): PublicKey {
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA' };
}

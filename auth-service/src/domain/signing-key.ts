import type { getIdentityKeys, RpcReply } from '@micromall/contracts';

/** An Ed25519 key pair, in base64url as RFC 8037 writes it. */
export interface SigningKey {
  /** The thumbprint of the public half (RFC 7638). */
  readonly kid: string;
  /** The public half. */
  readonly x: string;
  /** The private half: stays in this service and its database. */
  readonly d: string;
}

/** The public half as the other services get it. */
export type PublicKey = RpcReply<typeof getIdentityKeys>['keys'][number];

export function publicKeyOf({ kid, x }: SigningKey): PublicKey {
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA' };
}

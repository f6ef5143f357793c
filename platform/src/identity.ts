import { getIdentityKeys, type Role, role } from '@micromall/contracts';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { z } from 'zod';
import type { RpcClient } from './broker/rpc-client.js';
import type { Logger } from './logging.js';

/** The person for whom a request is made, as auth-service vouches for it. */
export interface Identity {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** Says who a token stands for; undefined if it is forged, too old or not a token. */
export type VerifyIdentity = (token: string) => Promise<Identity | undefined>;

export const identityIssuer = 'auth-service';
export const identityAudience = 'micromall';

const claims = z.object({ sub: z.string(), name: z.string(), email: z.string(), role, exp: z.number() });

/** Checking a signature takes a fraction of a millisecond, but each page asks several services. */
const rememberedTokens = 1_000;
/** How often the keys are asked for at most, so that forged tokens don't become a load on auth-service. */
const refetchMs = 5_000;

/** The public keys with which identities are verified; undefined if they can't be had. */
export type FetchKeys = () => Promise<readonly JWK[] | undefined>;

/** Asks auth-service for its keys. */
export function keysFrom(rpc: RpcClient): FetchKeys {
  return async () => {
    const reply = await rpc.call(getIdentityKeys, {});
    return reply.ok ? reply.keys : undefined;
  };
}

/** A verifier that fetches auth-service's public keys when it first meets a token, and when a key is new to it. */
export function createIdentityVerifier(fetchKeys: FetchKeys, logger: Logger): VerifyIdentity {
  const verified = new Map<string, { identity: Identity; expiresAtMs: number }>();
  let keySet: ReturnType<typeof createLocalJWKSet> | undefined;
  let fetchedAtMs = 0;

  async function keys(refetch: boolean): Promise<typeof keySet> {
    if (keySet && (!refetch || Date.now() - fetchedAtMs < refetchMs)) return keySet;
    const fetched = await fetchKeys();
    if (fetched) {
      keySet = createLocalJWKSet({ keys: [...fetched] });
      fetchedAtMs = Date.now();
    }
    return keySet;
  }

  async function check(token: string, refetch: boolean): Promise<Identity | undefined> {
    const known = await keys(refetch);
    if (!known) return undefined;
    try {
      const { payload } = await jwtVerify(token, known, {
        issuer: identityIssuer,
        audience: identityAudience,
        algorithms: ['EdDSA'],
      });
      const { sub, exp, ...person } = claims.parse(payload);
      const identity = { userId: sub, ...person };
      if (verified.size >= rememberedTokens) verified.delete(verified.keys().next().value ?? '');
      verified.set(token, { identity, expiresAtMs: exp * 1_000 });
      return identity;
    } catch (error) {
      const keyIsNew = error instanceof Error && 'code' in error && error.code === 'ERR_JWKS_NO_MATCHING_KEY';
      if (keyIsNew && !refetch) return check(token, true);
      logger.info(
        { reason: error instanceof Error ? error.message : String(error) },
        'identity not accepted',
      );
      return undefined;
    }
  }

  return async (token) => {
    const remembered = verified.get(token);
    if (remembered && remembered.expiresAtMs > Date.now()) return remembered.identity;
    verified.delete(token);
    return check(token, false);
  };
}

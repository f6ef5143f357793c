import { getIdentityKeys, type Role, role } from '@micromall/contracts';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
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

/** Resolves to the person a token stands for; undefined if it is forged, too old or not a token. */
export type VerifyIdentity = (token: string) => Promise<Identity | undefined>;

/** The claims `iss` and `aud` of every identity. */
export const identityIssuer = 'auth-service';
/** See {@link identityIssuer}. */
export const identityAudience = 'micromall';

const claims = z.object({ sub: z.string(), name: z.string(), email: z.string(), role, exp: z.number() });

/** Checking a signature takes a fraction of a millisecond, but each page asks several services. */
const maxCachedTokens = 1_000;
/** How often the keys are asked for at most, so that forged tokens don't become a load on auth-service. */
const refetchMs = 5_000;

/** The public keys with which identities are verified. */
export type FetchKeys = () => Promise<readonly JWK[]>;

/** Asks auth-service for its keys; rejects with an {@link RpcError} if it can't. */
export function keysFrom(rpc: RpcClient): FetchKeys {
  return async () => (await rpc.call(getIdentityKeys, {})).keys;
}

/**
 * A verifier that fetches auth-service's public keys when it first meets a token, and when a key is new to it. It
 * rejects as `fetchKeys` does. A verified token is cached until it expires.
 */
export function createIdentityVerifier(fetchKeys: FetchKeys, logger: Logger): VerifyIdentity {
  const verified = new LRUCache<string, Identity>({ max: maxCachedTokens });
  let keySet: ReturnType<typeof createLocalJWKSet> | undefined;
  let fetchedAtMs = 0;

  async function keys(refetch: boolean): Promise<NonNullable<typeof keySet>> {
    if (keySet && (!refetch || Date.now() - fetchedAtMs < refetchMs)) return keySet;
    keySet = createLocalJWKSet({ keys: [...(await fetchKeys())] });
    fetchedAtMs = Date.now();
    return keySet;
  }

  async function check(token: string, refetch: boolean): Promise<Identity | undefined> {
    const known = await keys(refetch);
    try {
      const { payload } = await jwtVerify(token, known, {
        issuer: identityIssuer,
        audience: identityAudience,
        algorithms: ['EdDSA'],
      });
      const { sub, exp, ...person } = claims.parse(payload);
      const identity = { userId: sub, ...person };
      // A time to live of 0 would be for ever.
      verified.set(token, identity, { ttl: Math.max(1, exp * 1_000 - Date.now()) });
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

  return async (token) => verified.get(token) ?? check(token, false);
}

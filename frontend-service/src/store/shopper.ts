import { randomUUID } from 'node:crypto';
import type { Account } from '@micromall/contracts';
import type { Request } from 'express';
import { renewSession, saveSession, sessionOf } from './sessions.js';

/** Someone who is logged in. */
export interface Shopper {
  readonly account: Account;
  /** Goes with each call that is made for this person. */
  readonly identity: string;
}

export function shopperOf(request: Request): Shopper | undefined {
  const session = sessionOf(request);
  if (!session?.account || !session.identity) return undefined;
  return { account: session.account, identity: session.identity };
}

/** A cart's name, and the identity that opens it if it belongs to an account. */
export interface CartKey {
  readonly id: string;
  readonly identity: string | undefined;
}

/** The visitor's cart; undefined for a guest who has not put anything into one. */
export function cartOf(request: Request): CartKey | undefined {
  const shopper = shopperOf(request);
  if (shopper) return { id: shopper.account.userId, identity: shopper.identity };
  const guest = request.session.guestCartId;
  return guest === undefined ? undefined : { id: guest, identity: undefined };
}

/**
 * The visitor's cart; a guest's first one is made here, and its name is stored before anything is put into it.
 * @throws {SessionsUnavailable} if it can't be stored
 */
export async function openCart(request: Request): Promise<CartKey> {
  const existing = cartOf(request);
  if (existing) return existing;
  const id = `guest-${randomUUID()}`;
  request.session.guestCartId = id;
  await saveSession(request);
  return { id, identity: undefined };
}

/**
 * Makes the visitor the shopper that auth-service vouches for, in a session of a new name.
 * @throws {SessionsUnavailable} if it can't be stored
 */
export async function startShopperSession(request: Request, shopper: Shopper): Promise<void> {
  const { guestCartId, cartCount } = request.session;
  await renewSession(request);
  storeShopper(request, shopper);
  if (guestCartId !== undefined) request.session.guestCartId = guestCartId;
  if (cartCount !== undefined) request.session.cartCount = cartCount;
  await saveSession(request);
}

/** Puts a shopper's account and identity into the session. */
export function storeShopper(request: Request, shopper: Shopper): void {
  request.session.account = shopper.account;
  request.session.identity = shopper.identity;
  request.session.identityEndsAt = identityEnd(shopper.identity);
}

/** When a token ends, in milliseconds since 1970. It came from auth-service, which is why no signature is checked. */
function identityEnd(identity: string): number {
  try {
    const [, payload = ''] = identity.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number') {
      return claims.exp * 1_000;
    }
  } catch {
    // A token without a readable end is renewed at the next chance.
  }
  return 0;
}

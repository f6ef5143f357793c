import { randomUUID } from 'node:crypto';
import type { Account } from '@micromall/contracts';
import type { Request } from 'express';
import { renewSession, saveSession, sessionOf } from './session.js';

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
 * The visitor's cart; a guest's first one is made here, and its name is kept before anything is put into it.
 * @throws {SessionsRest} if it can't be kept
 */
export async function openCart(request: Request): Promise<CartKey> {
  const known = cartOf(request);
  if (known) return known;
  const id = `guest-${randomUUID()}`;
  request.session.guestCartId = id;
  await saveSession(request);
  return { id, identity: undefined };
}

/**
 * Makes the visitor the shopper that auth-service vouches for, in a session of a new name.
 * @throws {SessionsRest} if it can't be kept
 */
export async function enter(request: Request, shopper: Shopper): Promise<void> {
  const { guestCartId, cartCount } = request.session;
  await renewSession(request);
  remember(request, shopper);
  if (guestCartId !== undefined) request.session.guestCartId = guestCartId;
  if (cartCount !== undefined) request.session.cartCount = cartCount;
  await saveSession(request);
}

/** Keeps a shopper's account and identity in the session. */
export function remember(request: Request, shopper: Shopper): void {
  request.session.account = shopper.account;
  request.session.identity = shopper.identity;
  request.session.identityEndsAt = endOf(shopper.identity);
}

/** Makes the shopper a guest with an empty cart, in a session of a new name. */
export async function leave(request: Request): Promise<void> {
  await renewSession(request);
}

/** When a token ends, in milliseconds since 1970. It came from auth-service, which is why no signature is checked. */
function endOf(identity: string): number {
  try {
    const [, payload = ''] = identity.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number') {
      return claims.exp * 1_000;
    }
  } catch {
    // Not a token that tells its end: it is renewed at the next chance.
  }
  return 0;
}

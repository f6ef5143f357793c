import type { Account } from '@micromall/contracts';
import { notJournaled, type PlatformWithDatabase } from '@micromall/platform';
import MongoStore from 'connect-mongo';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type { Config } from '../config.js';
import type { Notice } from '../domain/notice.js';
import type { FrontendEvents } from '../events.js';
import { BoundedSessionStore, SessionsUnavailable } from './bounded-session-store.js';
import { createSessionStores } from './cached-session-stores.js';

declare global {
  namespace Express {
    interface Locals {
      /** The sessions can't be read: this page is shown as to a guest, and `request.session` is undefined. */
      sessionsUnavailable?: boolean;
    }
  }
}

/** What the shopper confirmed last with "Pay now": while the cart is the same, it is the same order. */
export interface OpenAttempt {
  readonly checkoutId: string;
  readonly cartVersion: number;
  /** Integer, minor units. */
  readonly confirmedTotal: number;
}

declare module 'express-session' {
  interface SessionData {
    account: Account;
    /** The signed token that goes with every call made for the account. */
    identity: string;
    /** When the token ends, in milliseconds since 1970. */
    identityEndsAt: number;
    /**
     * The cart of someone who is not logged in: a secret that only this session knows. With an account it is one
     * that could not be merged yet.
     */
    guestCartId: string;
    /** The number on the cart icon, as the last answer about the cart said. */
    cartCount: number;
    /** The order of the last "Pay now", as long as it is not known to be paid or ended: it holds stock. */
    openOrderId: string;
    /** The attempt that can be sent again. Its order, if it was made, holds stock too. */
    openAttempt: OpenAttempt;
    notices: Notice[];
  }
}

export const sessionCookie = 'micromall.sid';
const lifetimeMs = 30 * 24 * 60 * 60 * 1_000;
/** A session that is only read is written no more often than this, to move its end. */
const touchAfterSeconds = 24 * 60 * 60;

export interface Sessions {
  /** Reads the session as it is now. While sessions can't be read it hands on {@link SessionsUnavailable}. */
  readonly exact: RequestHandler;
  /**
   * Reads the session as it was within the last second, for pages that change nothing. While sessions can't be read
   * the page is made without one, as for a guest.
   */
  readonly recent: RequestHandler;
}

/** Sessions in the frontend's own database; a visitor who has not done anything yet has none, and no cookie. */
export function createSessions(
  database: PlatformWithDatabase['database'],
  config: Config,
  events: FrontendEvents,
): Sessions {
  const stored = MongoStore.create({
    client: database.getClient(),
    dbName: database.name,
    collectionName: 'sessions',
    stringify: false,
    ttl: lifetimeMs / 1_000,
    touchAfter: touchAfterSeconds,
    // A power cut may log somebody out; each page would otherwise wait for the disk.
    writeOperationOptions: notJournaled,
  });
  const stores = createSessionStores(new BoundedSessionStore(stored));
  function reading(store: session.Store): RequestHandler {
    const read = session({
      name: sessionCookie,
      secret: config.SESSION_SECRET,
      resave: false,
      saveUninitialized: false,
      // A session that could not be read must not be destroyed for it, which 'destroy' would do.
      unset: 'keep',
      cookie: {
        httpOnly: true,
        sameSite: 'lax',
        secure: config.secureCookies,
        maxAge: lifetimeMs,
        path: '/',
      },
      // Whether the connection is secure is what SITE_URL says: TLS may end at a proxy.
      proxy: config.secureCookies,
      store,
    });
    return (request, response, next) => {
      let handedOn = false;
      read(request, response, (error?: unknown) => {
        if (!handedOn) {
          handedOn = true;
          return next(error);
        }
        // The answer was under way when its session could not be written; express-session calls a second time.
        return events.partUnavailable('session', error);
      });
    };
  }
  const exact = reading(stores.exact);
  const recent = reading(stores.recent);
  return {
    exact: (request, response, next) =>
      response.locals.sessionsUnavailable ? next() : exact(request, response, next),
    recent: (request, response, next) =>
      recent(request, response, (error?: unknown) => {
        if (!(error instanceof SessionsUnavailable)) return next(error);
        events.partUnavailable('session', error);
        response.locals.sessionsUnavailable = true;
        return next();
      }),
  };
}

/**
 * Writes the session now, for an answer that promises what is in it.
 * @throws {SessionsUnavailable} if it can't be written
 */
export function saveSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.save((error: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve();
    });
  });
}

/** A session of a new name, empty: what an attacker may have planted before a log-in is worth nothing after it. */
export function renewSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve();
    });
  });
}

export function leaveNotice(request: Request, notice: Notice): void {
  request.session.notices = [...(request.session.notices ?? []), notice];
}

/** The notices that wait to be shown; they are shown once. */
export function takeNotices(request: Request): Notice[] {
  const waiting = sessionOf(request)?.notices;
  if (!waiting) return [];
  delete request.session.notices;
  return waiting;
}

/** The session, or undefined on a page that is shown although sessions could not be read. */
export function sessionOf(request: Request): Request['session'] | undefined {
  return request.session;
}

/** The session's open order is paid or ended: it holds nothing more. Another order's end changes nothing. */
export function forgetOpenOrder(request: Request, orderId: string): void {
  if (request.session.openOrderId !== orderId) return;
  delete request.session.openOrderId;
  delete request.session.openAttempt;
}

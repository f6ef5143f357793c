import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Config } from '../config.js';
import { shopperOf } from '../store/shopper.js';

/** The hidden field of every form. */
export const csrfField = '_csrf';
const formWithToken = z.object({ [csrfField]: z.string() });
const cookieName = 'micromall.csrf';
const cookiesWithToken = z.object({ [cookieName]: z.string() });

export interface Csrf {
  /** The token for the forms of a page; its other half goes into a cookie. */
  tokenFor(request: Request, response: Response): string;
  /** The token that an earlier page gave to this browser, whoever it belongs to; undefined if there was none. */
  cookieToken(request: Request): string | undefined;
  /** Lets a form pass only with a token that a page of this site gave to this visitor. */
  readonly guard: RequestHandler;
  /** What `guard` hands on when the token is missing or forged. */
  isForgery(error: unknown): boolean;
}

/**
 * Signed double-submit tokens, bound to the account (so that a token from before a log-in is worth nothing after it).
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function createCsrf(config: Config): Csrf {
  const { generateCsrfToken, doubleCsrfProtection, invalidCsrfTokenError } = doubleCsrf({
    getSecret: () => `csrf ${config.SESSION_SECRET}`,
    getSessionIdentifier: (request) => shopperOf(request)?.account.userId ?? 'guest',
    cookieName,
    cookieOptions: { sameSite: 'lax', secure: config.secureCookies, httpOnly: true, path: '/' },
    getCsrfTokenFromRequest: (request) => formWithToken.safeParse(request.body).data?.[csrfField],
  });
  return {
    tokenFor: (request, response) => generateCsrfToken(request, response),
    cookieToken: (request) => cookiesWithToken.safeParse(request.cookies).data?.[cookieName],
    guard: doubleCsrfProtection,
    isForgery: (error) => error === invalidCsrfTokenError,
  };
}

import type { SessionRecord } from '../store/records.js';

export function pagePath(sessionId: string): string {
  return `/c/pay/${sessionId}`;
}

export function authenticationUrl(sessionId: string): string {
  return `/c/pay/${sessionId}/authenticate`;
}

/** Where the shopper goes after paying; Stripe fills in the session's id. */
export function successUrlOf(session: SessionRecord): string {
  return session.successUrl
    .replaceAll('{CHECKOUT_SESSION_ID}', session.id)
    .replaceAll('%7BCHECKOUT_SESSION_ID%7D', session.id);
}

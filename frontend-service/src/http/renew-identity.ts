import { renewIdentity } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import type { Context } from '../context.js';
import { leaveNotice, renewSession } from '../store/sessions.js';
import { shopperOf, storeShopper } from '../store/shopper.js';

/** An identity that ends within this time is exchanged for a fresh one. */
const renewBeforeMs = 5 * 60_000;

/** Renews the shopper's identity before it ends; logs the shopper out when the account is gone or too long away. */
export function renewIdentities({ rpc, events }: Context): RequestHandler {
  return async (request, _response, next) => {
    const shopper = shopperOf(request);
    if (!shopper || (request.session.identityEndsAt ?? 0) - Date.now() > renewBeforeMs) return next();
    const reply = await rpc.tryCall(renewIdentity, { identity: shopper.identity });
    if (reply.ok) {
      storeShopper(request, reply);
    } else if (reply.error.code === 'identity-ended') {
      await renewSession(request);
      leaveNotice(request, {
        kind: 'alert',
        text: 'You have been logged out because you were away for long. Please log in again.',
      });
      events.loggedOut('identity-ended');
    }
    // Unavailable: the old identity may still do; if it does not, the service that refuses it decides.
    return next();
  };
}

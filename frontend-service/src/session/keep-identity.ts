import { renewIdentity } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { RequestHandler } from 'express';
import type { FrontendContext } from '../context.js';
import { leaveNotice } from './session.js';
import { leave, remember, shopperOf } from './shopper.js';

/** An identity that ends within this time is exchanged for a fresh one. */
const renewBeforeMs = 5 * 60_000;

/** Renews the shopper's identity before it ends; logs the shopper out when the account is gone or too long away. */
export function keepIdentity({ rpc, events }: FrontendContext): RequestHandler {
  return async (request, _response, next) => {
    const shopper = shopperOf(request);
    if (!shopper || (request.session.identityEndsAt ?? 0) - Date.now() > renewBeforeMs) return next();
    try {
      const reply = await rpc.call(renewIdentity, { identity: shopper.identity });
      if (reply.ok) remember(request, reply);
      else {
        await leave(request);
        leaveNotice(request, {
          kind: 'alert',
          text: 'You have been logged out because you were away for long. Please log in again.',
        });
        events.loggedOut('identity-ended');
      }
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      // The old identity may still do; if it does not, the service that refuses it decides.
      events.partMissing('identity', error);
    }
    return next();
  };
}

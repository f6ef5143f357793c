import type { RequestHandler } from 'express';
import type { FrontendContext } from '../context.js';
import { leaveNotice } from '../session/session.js';
import { leave } from '../session/shopper.js';

/** `POST /logout`: the visitor is a guest again, in a new session. */
export function logOut({ events }: FrontendContext): RequestHandler {
  return async (request, response) => {
    await leave(request);
    leaveNotice(request, { kind: 'good', text: 'You are logged out.' });
    events.loggedOut('asked');
    response.redirect(303, '/');
  };
}

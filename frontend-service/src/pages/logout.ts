import type { RequestHandler } from 'express';
import type { Context } from '../context.js';
import { leaveNotice, renewSession } from '../store/sessions.js';

/** `POST /logout`: the visitor is a guest again, in a new session. */
export function logOut({ events }: Context): RequestHandler {
  return async (request, response) => {
    await renewSession(request);
    leaveNotice(request, { kind: 'good', text: 'You are logged out.' });
    events.loggedOut('asked');
    response.redirect(303, '/');
  };
}

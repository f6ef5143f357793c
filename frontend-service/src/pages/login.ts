import { login } from '@micromall/contracts';
import type { Request, RequestHandler, Response } from 'express';
import type { Context } from '../context.js';
import { ownPath } from '../domain/own-path.js';
import { parseForm, typed } from '../http/forms.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../store/sessions.js';
import { shopperOf, startShopperSession } from '../store/shopper.js';
import { bringCartAlong } from '../use-cases/merge-cart.js';

interface LoginModel {
  readonly email: string;
  readonly problem: string | undefined;
  /** With a problem that is not the shopper's. */
  readonly traceId: string | undefined;
  readonly next: string;
  readonly csrfToken: string;
}

/** Forms carry more than their fields, such as the token. */
const form = login.request.strip();
// What is wrong with an address or a password that no account can have is no one's business either.
const wrong = { status: 401, problem: 'No account has this e-mail address and this password.' };
const unavailable = {
  status: 503,
  problem:
    'Logging in is resting: we can not look up accounts at the moment. Nothing is wrong with yours; please try again in a minute.',
};

/** `GET /login`: the form, with the way back that `next` names. */
export function showLogin({ pages }: Context): RequestHandler {
  const view = compileView<LoginModel>('login');
  return (request, response) => {
    const next = ownPath(request.query.next);
    if (shopperOf(request)) return response.redirect(303, next);
    const csrfToken = pages.token(request, response);
    return pages.send(request, response, {
      title: 'Log in',
      body: view({ email: '', problem: undefined, traceId: undefined, next, csrfToken }),
    });
  };
}

/** `POST /login`: a new session for the shopper, with the guest's cart merged into the account's. */
export function logIn(context: Context): RequestHandler {
  const { rpc, pages } = context;
  const view = compileView<LoginModel>('login');

  function again(request: Request, response: Response, { status, problem }: typeof wrong): void {
    const model = {
      email: typed(request, 'email'),
      problem,
      traceId: status === 503 ? response.locals.traceId : undefined,
      next: ownPath(typed(request, 'next')),
      csrfToken: pages.token(request, response),
    };
    pages.send(request, response, { title: 'Log in', status, body: view(model) });
  }

  return async (request, response) => {
    const filled = parseForm(form, request);
    if (!filled.ok) return again(request, response, wrong);
    const reply = await rpc.tryCall(login, filled.fields);
    if (!reply.ok) {
      return again(request, response, reply.error.code === 'unavailable' ? unavailable : wrong);
    }
    await startShopperSession(request, reply);
    for (const notice of await bringCartAlong(context, request, response)) leaveNotice(request, notice);
    return response.redirect(303, ownPath(typed(request, 'next')));
  };
}

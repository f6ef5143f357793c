import { email, login, type RpcReply } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import { parseForm, typed } from '../http/forms.js';
import { ownPath } from '../http/own-path.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../session/session.js';
import { enter, shopperOf } from '../session/shopper.js';
import { bringCartAlong } from '../shop/merge-cart.js';

interface LoginModel {
  readonly email: string;
  readonly problem: string | undefined;
  /** With a problem that is not the shopper's. */
  readonly traceId: string | undefined;
  readonly next: string;
  readonly csrfToken: string;
}

const form = z.object({
  email,
  password: z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(128, 'must have at most 128 characters'),
});
// What is wrong with an address or a password that no account can have is no one's business either.
const wrong = { status: 401, problem: 'No account has this e-mail address and this password.' };
const resting = {
  status: 503,
  problem:
    'Logging in is resting: we can not look up accounts at the moment. Nothing is wrong with yours; please try again in a minute.',
};

function view(): (model: LoginModel) => string {
  return compileView<LoginModel>('login');
}

/** `GET /login`: the form, with the way back that `next` names. */
export function showLogin({ pages }: FrontendContext): RequestHandler {
  const body = view();
  return (request, response) => {
    const next = ownPath(request.query.next);
    if (shopperOf(request)) return response.redirect(303, next);
    const csrfToken = pages.token(request, response);
    return pages.send(request, response, {
      title: 'Log in',
      body: body({ email: '', problem: undefined, traceId: undefined, next, csrfToken }),
    });
  };
}

/** `POST /login`: a new session for the shopper, with the guest's cart merged into the account's. */
export function logIn(context: FrontendContext): RequestHandler {
  const { rpc, pages, events } = context;
  const body = view();

  function again(request: Request, response: Response, { status, problem }: typeof wrong): void {
    const model = {
      email: typed(request, 'email'),
      problem,
      traceId: status === 503 ? response.locals.traceId : undefined,
      next: ownPath(typed(request, 'next')),
      csrfToken: pages.token(request, response),
    };
    pages.send(request, response, { title: 'Log in', status, body: body(model) });
  }

  async function ask(request: Request): Promise<RpcReply<typeof login> | 'not an account' | 'resting'> {
    const filled = parseForm(form, request);
    if (!filled.ok) return 'not an account';
    try {
      return await rpc.call(login, filled.fields);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('login', error);
      return 'resting';
    }
  }

  return async (request, response) => {
    const reply = await ask(request);
    if (reply === 'resting') return again(request, response, resting);
    if (reply === 'not an account' || !reply.ok) {
      events.loginRefused();
      return again(request, response, wrong);
    }
    await enter(request, reply);
    events.loggedIn(reply.account.userId);
    for (const notice of await bringCartAlong(context, request)) leaveNotice(request, notice);
    return response.redirect(303, ownPath(typed(request, 'next')));
  };
}

import { email, login } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import { parseForm, typed } from '../http/forms.js';
import { ownPath } from '../http/own-path.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../session/session.js';
import { enter, shopperOf } from '../session/shopper.js';
import { mergeGuestCart, refreshCartCount } from '../shop/merge-cart.js';

interface LoginModel {
  readonly email: string;
  readonly problem: string | undefined;
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
const wrong = 'No account has this e-mail address and this password.';

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
      body: body({ email: '', problem: undefined, next, csrfToken }),
    });
  };
}

/** `POST /login`: a new session for the shopper, with the guest's cart merged into the account's. */
export function logIn(context: FrontendContext): RequestHandler {
  const { rpc, pages, events } = context;
  const body = view();
  return async (request, response) => {
    const next = ownPath(typed(request, 'next'));
    const filled = parseForm(form, request);
    const reply = filled.ok ? await rpc.call(login, filled.fields) : undefined;
    if (!reply?.ok) {
      events.loginRefused();
      const model = { email: typed(request, 'email'), next, csrfToken: pages.token(request, response) };
      // What is wrong with an address or a password that no account can have is no one's business either.
      return pages.send(request, response, {
        title: 'Log in',
        status: 401,
        body: body({ ...model, problem: wrong }),
      });
    }
    await enter(request, reply);
    events.loggedIn(reply.account.userId);
    if (request.session.guestCartId === undefined) await refreshCartCount(context, request);
    else for (const notice of await mergeGuestCart(context, request)) leaveNotice(request, notice);
    return response.redirect(303, next);
  };
}

import { createAccount } from '@micromall/contracts';
import type { Request, RequestHandler, Response } from 'express';
import type { Context } from '../context.js';
import { ownPath } from '../domain/own-path.js';
import { parseForm, typed } from '../http/forms.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../store/sessions.js';
import { shopperOf, startShopperSession } from '../store/shopper.js';
import { bringCartAlong } from '../use-cases/merge-cart.js';

interface RegisterModel {
  readonly name: string;
  readonly email: string;
  readonly problems: Readonly<Record<string, string>>;
  /** The trace id, if the account could not be made for a reason that is not the shopper's. */
  readonly unavailableTraceId: string | undefined;
  readonly next: string;
  readonly csrfToken: string;
}

/** Forms carry more than their fields, such as the token. */
const form = createAccount.request.strip();

/** `GET /register`: the form, with the way back that `next` names. */
export function showRegister({ pages }: Context): RequestHandler {
  const view = compileView<RegisterModel>('register');
  return (request, response) => {
    const next = ownPath(request.query.next);
    if (shopperOf(request)) return response.redirect(303, next);
    const csrfToken = pages.token(request, response);
    return pages.send(request, response, {
      title: 'Create account',
      body: view({ name: '', email: '', problems: {}, unavailableTraceId: undefined, next, csrfToken }),
    });
  };
}

/** `POST /register`: an account that is logged in at once, with the guest's cart as its own. */
export function register(context: Context): RequestHandler {
  const { rpc, pages } = context;
  const view = compileView<RegisterModel>('register');

  function again(
    request: Request,
    response: Response,
    status: number,
    problems: Readonly<Record<string, string>>,
  ): void {
    const model = {
      name: typed(request, 'name'),
      email: typed(request, 'email'),
      problems,
      unavailableTraceId: status === 503 ? response.locals.traceId : undefined,
      next: ownPath(typed(request, 'next')),
      csrfToken: pages.token(request, response),
    };
    pages.send(request, response, { title: 'Create account', status, body: view(model) });
  }

  return async (request, response) => {
    const filled = parseForm(form, request);
    if (!filled.ok) return again(request, response, 422, filled.problems);
    const reply = await rpc.tryCall(createAccount, filled.fields);
    if (!reply.ok) {
      if (reply.error.code === 'unavailable') return again(request, response, 503, {});
      return again(request, response, 409, { email: 'belongs to an account already: log in instead' });
    }
    await startShopperSession(request, reply);
    for (const notice of await bringCartAlong(context, request, response)) leaveNotice(request, notice);
    leaveNotice(request, { kind: 'good', text: `Welcome, ${reply.account.name}.` });
    return response.redirect(303, ownPath(typed(request, 'next')));
  };
}

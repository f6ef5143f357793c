import { createAccount, email, newPassword, personName } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import { parseForm, typed } from '../http/forms.js';
import { ownPath } from '../http/own-path.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../session/session.js';
import { enter, shopperOf } from '../session/shopper.js';
import { mergeGuestCart } from '../shop/merge-cart.js';

interface RegisterModel {
  readonly name: string;
  readonly email: string;
  readonly problems: Readonly<Record<string, string>>;
  readonly next: string;
  readonly csrfToken: string;
}

const form = z.object({ name: personName, email, password: newPassword });

/** `GET /register`: the form, with the way back that `next` names. */
export function showRegister({ pages }: FrontendContext): RequestHandler {
  const view = compileView<RegisterModel>('register');
  return (request, response) => {
    const next = ownPath(request.query.next);
    if (shopperOf(request)) return response.redirect(303, next);
    const csrfToken = pages.token(request, response);
    return pages.send(request, response, {
      title: 'Create account',
      body: view({ name: '', email: '', problems: {}, next, csrfToken }),
    });
  };
}

/** `POST /register`: an account that is logged in at once, with the guest's cart as its own. */
export function register(context: FrontendContext): RequestHandler {
  const { rpc, pages, events } = context;
  const view = compileView<RegisterModel>('register');
  return async (request, response) => {
    const next = ownPath(typed(request, 'next'));
    const again = (status: number, problems: Readonly<Record<string, string>>): void => {
      const csrfToken = pages.token(request, response);
      const kept = { name: typed(request, 'name'), email: typed(request, 'email') };
      pages.send(request, response, {
        title: 'Create account',
        status,
        body: view({ ...kept, problems, next, csrfToken }),
      });
    };
    const filled = parseForm(form, request);
    if (!filled.ok) return again(422, filled.problems);
    const reply = await rpc.call(createAccount, filled.fields);
    if (!reply.ok) return again(409, { email: 'belongs to an account already: log in instead' });
    await enter(request, reply);
    events.registered(reply.account.userId);
    for (const notice of await mergeGuestCart(context, request)) leaveNotice(request, notice);
    leaveNotice(request, { kind: 'good', text: `Welcome, ${reply.account.name}.` });
    return response.redirect(303, next);
  };
}

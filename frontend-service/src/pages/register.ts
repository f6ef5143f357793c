import { createAccount, email, newPassword, personName, type RpcReply } from '@micromall/contracts';
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

interface RegisterModel {
  readonly name: string;
  readonly email: string;
  readonly problems: Readonly<Record<string, string>>;
  /** The trace id, if the account could not be made for a reason that is not the shopper's. */
  readonly restingTraceId: string | undefined;
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
      body: view({ name: '', email: '', problems: {}, restingTraceId: undefined, next, csrfToken }),
    });
  };
}

/** `POST /register`: an account that is logged in at once, with the guest's cart as its own. */
export function register(context: FrontendContext): RequestHandler {
  const { rpc, pages, events } = context;
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
      restingTraceId: status === 503 ? response.locals.traceId : undefined,
      next: ownPath(typed(request, 'next')),
      csrfToken: pages.token(request, response),
    };
    pages.send(request, response, { title: 'Create account', status, body: view(model) });
  }

  async function ask(fields: z.output<typeof form>): Promise<RpcReply<typeof createAccount> | 'resting'> {
    try {
      return await rpc.call(createAccount, fields);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('register', error);
      return 'resting';
    }
  }

  return async (request, response) => {
    const filled = parseForm(form, request);
    if (!filled.ok) return again(request, response, 422, filled.problems);
    const reply = await ask(filled.fields);
    if (reply === 'resting') return again(request, response, 503, {});
    if (!reply.ok) {
      return again(request, response, 409, { email: 'belongs to an account already: log in instead' });
    }
    await enter(request, reply);
    events.registered(reply.account.userId);
    for (const notice of await bringCartAlong(context, request)) leaveNotice(request, notice);
    leaveNotice(request, { kind: 'good', text: `Welcome, ${reply.account.name}.` });
    return response.redirect(303, ownPath(typed(request, 'next')));
  };
}

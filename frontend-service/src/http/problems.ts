import { RpcError } from '@micromall/platform';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Context } from '../context.js';
import { ownPath } from '../domain/own-path.js';
import { SessionsUnavailable } from '../store/bounded-session-store.js';
import { unavailableAt } from './unavailable.js';
import { compileView } from './views.js';

/** Why a page can't be shown, for a person: what happened and what to do. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

export const problems = {
  notFound: {
    status: 404,
    title: 'This page does not exist',
    text: 'The address may be mistyped, or what was here is gone.',
  },
  forbidden: {
    status: 403,
    title: 'This page is for the people of the shop',
    text: 'Your account may not use it.',
  },
  forged: {
    status: 403,
    title: 'Please send that once more',
    text: 'The form was out of date or did not come from a page of this shop, so nothing was changed. Go back, reload the page and try again.',
  },
  tooLarge: {
    status: 413,
    title: 'That was too much',
    text: 'What was sent is larger than this page takes, so nothing was changed.',
  },
  wrongType: {
    status: 415,
    title: 'That is not a form of this shop',
    text: 'This address takes the fields of a form (application/x-www-form-urlencoded) and nothing else. Nothing was changed.',
  },
  unreadable: {
    status: 400,
    title: 'That could not be understood',
    text: 'What was sent is not a form that a browser would send. Nothing was changed.',
  },
  fault: {
    status: 500,
    title: 'Something went wrong on our side',
    text: 'We have taken note of it. Please try again in a minute.',
  },
} as const satisfies Record<string, Problem>;

interface ProblemModel extends Problem {
  readonly traceId: string;
  /** Where to try again, if that may help. */
  readonly again: string | undefined;
}

export interface ProblemPages {
  /** Answers with the problem, as a page or (to a script) as JSON. */
  send(request: Request, response: Response, problem: Problem): void;
  /** For a route that ends here. */
  always(problem: Problem): RequestHandler;
  /** Express's last word: makes a page of whatever was thrown. */
  readonly caught: ErrorRequestHandler;
}

/** True if the browser's script asks rather than the browser itself. */
export function wantsJson(request: Request): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

export function createProblemPages({ pages, csrf, events, logger }: Context): ProblemPages {
  const view = compileView<ProblemModel>('problem');

  function send(request: Request, response: Response, problem: Problem): void {
    const { traceId } = response.locals;
    if (wantsJson(request)) {
      response.status(problem.status).json({ ok: false, message: problem.text, traceId });
      return;
    }
    const { status, title } = problem;
    // A form can't be sent again by a link.
    const again = status === 503 && request.method === 'GET' ? ownPath(request.originalUrl) : undefined;
    pages.send(request, response, { status, title, body: view({ ...problem, traceId, again }) });
  }

  function problemOf(error: unknown, request: Request): Problem {
    if (csrf.isForgery(error)) {
      events.formForged(request.path);
      return problems.forged;
    }
    // The client of the site has counted it.
    if (error instanceof RpcError) return unavailableAt(request.path);
    if (error instanceof SessionsUnavailable) {
      events.partUnavailable('session', error);
      return unavailableAt(request.path);
    }
    const status = statusOf(error);
    if (status === 413) return problems.tooLarge;
    if (status === 415) return problems.wrongType;
    if (status !== undefined && status >= 400 && status < 500) return problems.unreadable;
    logger.error({ err: error }, 'a request failed');
    return problems.fault;
  }

  return {
    send,
    always: (problem) => (request, response) => send(request, response, problem),
    caught: (error, request, response, next) => {
      if (response.headersSent) return next(error);
      return send(request, response, problemOf(error, request));
    },
  };
}

/** The status that Express and the body parsers give to what they refuse. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

import { email } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Context } from '../context.js';
import { typed } from './forms.js';
import type { ProblemPages } from './problems.js';

const windowMs = 10 * 60_000;

export interface RateLimits {
  /** Before the form is read: log-ins and registrations of one network address together. */
  readonly byAddress: RequestHandler;
  /** After the form is read: attempts to log in with one e-mail address that failed, wherever they came from. */
  readonly byEmail: RequestHandler;
}

/** Keeps guessing passwords slow. The counts live in this process. */
export function createRateLimits({ config, events }: Context, problemPages: ProblemPages): RateLimits {
  function refuse(by: 'address' | 'email'): RequestHandler {
    return (request, response) => {
      events.attemptsLimited(by);
      problemPages.send(request, response, {
        status: 429,
        title: 'Too many attempts',
        text: 'There were too many attempts to log in or register just now. Please wait ten minutes and try again.',
      });
    };
  }
  const shared = { windowMs, standardHeaders: 'draft-8', legacyHeaders: false } as const;
  return {
    byAddress: rateLimit({
      ...shared,
      limit: config.ATTEMPTS_PER_ADDRESS,
      handler: refuse('address'),
    }),
    byEmail: rateLimit({
      ...shared,
      limit: config.ATTEMPTS_PER_EMAIL,
      // Only a refused password counts: a part of the shop that is unavailable must not lock anybody out.
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, response) => response.statusCode !== 401,
      keyGenerator: (request) => {
        const typedEmail = typed(request, 'email');
        // One spelling for one account, whatever its capitals.
        return email.safeParse(typedEmail).data ?? typedEmail.slice(0, 254);
      },
      handler: refuse('email'),
    }),
  };
}

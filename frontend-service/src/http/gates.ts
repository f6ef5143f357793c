import type { RequestHandler } from 'express';
import { shopperOf } from '../session/shopper.js';
import { type ProblemPages, problems } from './problems.js';

/** Sends whoever is not logged in to do so, and then back to the page. */
export const forShoppers: RequestHandler = (request, response, next) => {
  if (shopperOf(request)) return next();
  // What was sent by a form is gone after the log-in, so the way back leads to the page of that form.
  return response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`);
};

/** Lets only the people of the shop pass. The services check the role again. */
export function forAdmins(problemPages: ProblemPages): RequestHandler {
  return (request, response, next) => {
    const shopper = shopperOf(request);
    if (!shopper) return forShoppers(request, response, next);
    if (shopper.account.role !== 'admin') return problemPages.send(request, response, problems.forbidden);
    return next();
  };
}

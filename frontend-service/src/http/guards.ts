import type { Request, RequestHandler, Response } from 'express';
import { type Shopper, shopperOf } from '../store/shopper.js';
import { type ProblemPages, problems } from './problems.js';

/** Answers a request of someone who is logged in. */
export type ShopperHandler = (request: Request, response: Response, shopper: Shopper) => Promise<void> | void;

/** Sends whoever is not logged in to do so, and then back to the page. */
export function requireShopper(handle: ShopperHandler): RequestHandler {
  return (request, response) => {
    const shopper = shopperOf(request);
    return shopper ? handle(request, response, shopper) : askToLogIn(request, response);
  };
}

/** Lets only the people of the shop pass. The services check the role again. */
export function requireAdmin(problemPages: ProblemPages): RequestHandler {
  return (request, response, next) => {
    const shopper = shopperOf(request);
    if (!shopper) return askToLogIn(request, response);
    if (shopper.account.role !== 'admin') return problemPages.send(request, response, problems.forbidden);
    return next();
  };
}

function askToLogIn(request: Request, response: Response): void {
  response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`);
}

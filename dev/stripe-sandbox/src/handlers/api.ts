import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Sandbox } from '../context.js';
import { newIdentifier } from '../domain/identifiers.js';
import { checkoutSessionRoutes } from './checkout-sessions.js';
import { customerRoutes } from './customers.js';
import { disputeRoutes } from './disputes.js';
import { eventRoutes } from './events.js';
import { Idempotency } from './idempotency.js';
import { kinds } from './objects.js';
import { refundRoutes } from './refunds.js';
import { invalidRequest, noSuch, Refusal, serverError } from './refusals.js';
import { type ApiRoute, answerCall, defineRoute } from './route.js';
import { webhookEndpointRoutes } from './webhook-endpoints.js';

const MAXIMUM_BODY = '256kb';

/** `GET /v1/…/:id` of every kind. */
const retrieveRoutes = Object.values(kinds).map(({ address, name, param, find }) =>
  defineRoute(
    { method: 'get', path: `${address}/:id` },
    z.strictObject({}),
    (sandbox, _, id) => find(sandbox, id) ?? noSuch(name, id, param),
  ),
);

const routes: ApiRoute[] = [
  ...retrieveRoutes,
  ...checkoutSessionRoutes,
  ...customerRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...webhookEndpointRoutes,
  ...eventRoutes,
];

/** Everything under /v1: the part of Stripe's API that the shop uses. */
export function apiRouter(sandbox: Sandbox): Router {
  const router = Router();
  const idempotency = new Idempotency(sandbox.store);
  router.use('/v1', refuseOtherContent, express.text({ type: () => true, limit: MAXIMUM_BODY }));
  for (const route of routes) {
    router[route.method](route.path, (request, response) =>
      answerCall(sandbox, idempotency, route, request, response),
    );
  }
  router.use('/v1', ({ method, originalUrl }, response) => {
    const message =
      `Unrecognized request URL (${method}: ${originalUrl.split('?')[0]}). ` +
      "This local stand-in answers the part of Stripe's API that the shop uses.";
    refuse(response, new Refusal(404, { type: 'invalid_request_error', message }));
  });
  router.use('/v1', answerError(sandbox));
  return router;
}

/** A JSON body would otherwise be read as one parameter with a strange name. */
function refuseOtherContent(request: Request, response: Response, next: () => void): void {
  const form = 'application/x-www-form-urlencoded';
  const type = request.get('content-type') ?? form;
  if (request.method !== 'POST' || type.startsWith(form)) {
    next();
    return;
  }
  refuse(
    response,
    invalidRequest(`Invalid request (check that your POST content type is ${form}). This one was ${type}.`),
  );
}

function answerError(sandbox: Sandbox): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const status = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined;
    if (status === 413) {
      const message = `The body of the request is larger than ${MAXIMUM_BODY}.`;
      refuse(response, new Refusal(413, { type: 'invalid_request_error', message }));
      return;
    }
    if (typeof status === 'number' && status < 500) {
      refuse(response, invalidRequest('The body of the request could not be read.'));
      return;
    }
    sandbox.log.error({ err: error }, 'an API call failed');
    refuse(response, serverError('The local stand-in for Stripe has a defect; its log has the details.'));
  };
}

function refuse(response: Response, refusal: Refusal): void {
  if (response.headersSent) return;
  const requestId = newIdentifier('req_');
  response.setHeader('request-id', requestId);
  response.status(refusal.status).type('application/json').send(refusal.toJson(requestId));
}

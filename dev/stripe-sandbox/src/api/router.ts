import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Sandbox } from '../context.js';
import { newIdentifier } from '../domain/identifiers.js';
import { chargeRoutes } from './charges.js';
import { checkoutSessionRoutes } from './checkout-sessions.js';
import { customerRoutes } from './customers.js';
import { disputeRoutes } from './disputes.js';
import { eventRoutes } from './events.js';
import { Idempotency } from './idempotency.js';
import { paymentIntentRoutes } from './payment-intents.js';
import { refundRoutes } from './refunds.js';
import { invalidRequest, Refusal, serverError, unknownAddress } from './refusals.js';
import { type ApiRoute, answerCall } from './route.js';
import { webhookEndpointRoutes } from './webhook-endpoints.js';

const MAXIMUM_BODY = '256kb';

const routes: ApiRoute[] = [
  ...checkoutSessionRoutes,
  ...customerRoutes,
  ...paymentIntentRoutes,
  ...chargeRoutes,
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
  router.use('/v1', (request, response) => {
    refuse(response, unknownAddress(request.method, request.originalUrl.split('?')[0] ?? ''));
  });
  router.use('/v1', answerError(sandbox));
  return router;
}

/** A JSON body would otherwise be read as one parameter with a strange name. */
function refuseOtherContent(request: Request, response: Response, next: () => void): void {
  const type = request.get('content-type');
  if (
    request.method !== 'POST' ||
    type === undefined ||
    type.startsWith('application/x-www-form-urlencoded')
  ) {
    next();
    return;
  }
  refuse(
    response,
    invalidRequest(
      `Invalid request (check that your POST content type is application/x-www-form-urlencoded). This one was ${type}.`,
    ),
  );
}

function answerError(sandbox: Sandbox): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const status = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined;
    if (status === 413) {
      refuse(response, tooLarge());
      return;
    }
    if (typeof status === 'number' && status < 500) {
      refuse(response, invalidRequest('The body of the request could not be read.'));
      return;
    }
    sandbox.log.error({ err: error }, 'an API call broke');
    refuse(response, serverError('The local stand-in for Stripe has a defect; its log has the details.'));
  };
}

function tooLarge(): Refusal {
  return new Refusal(413, false, {
    type: 'invalid_request_error',
    message: `The body of the request is larger than ${MAXIMUM_BODY}.`,
  });
}

function refuse(response: Response, refusal: Refusal): void {
  if (response.headersSent) return;
  const requestId = newIdentifier('req_');
  response.setHeader('request-id', requestId);
  response.status(refusal.status).type('application/json').send(refusal.toJson(requestId));
}

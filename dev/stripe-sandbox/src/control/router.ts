import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { apiFault } from '../api/faults.js';
import { authenticationUrl, successUrlOf } from '../checkout-page/addresses.js';
import type { Sandbox } from '../context.js';
import { newIdentifier } from '../domain/identifiers.js';
import type { PaymentOutcome } from '../domain/payments.js';
import { settleRefund } from '../domain/refunds.js';
import { expireSession } from '../domain/sessions.js';
import { webhookBehaviour } from '../webhooks/faults.js';
import { buildLedger } from './ledger.js';
import { payRequest, paySession } from './pay.js';

/**
 * What no real Stripe has: pay without a browser, make time pass, make things go wrong. JSON in, JSON out.
 * `GET /sandbox` lists everything; the README of this package explains it.
 */
export function controlRouter(sandbox: Sandbox): Router {
  const router = Router();
  // Only JSON: another site's form can't send it, so no page that a developer visits can press these buttons.
  router.use('/sandbox', express.json({ limit: '64kb' }), refuseForms);
  router.get('/sandbox', (_request, response) => response.json(CONTENTS));
  router.post('/sandbox/pay', (request, response) => pay(sandbox, request, response));
  router.post('/sandbox/sessions/:id/expire', (request, response) => expire(sandbox, request, response));
  router.post('/sandbox/refunds/:id/settle', (request, response) => settle(sandbox, request, response));
  router.post('/sandbox/events/:id/resend', (request, response) => resend(sandbox, request, response));
  router.get('/sandbox/ledger', (_request, response) => response.json(buildLedger(sandbox)));

  router.get('/sandbox/webhooks', (_request, response) => response.json(sandbox.webhooks.faults.behaviour));
  router.put('/sandbox/webhooks', (request, response) => {
    const behaviour = read(webhookBehaviour, request, response);
    if (behaviour) setWebhooks(behaviour, response);
  });
  router.delete('/sandbox/webhooks', (_request, response) =>
    setWebhooks(webhookBehaviour.parse({}), response),
  );

  router.get('/sandbox/api-faults', (_request, response) => response.json(sandbox.apiFaults.waiting));
  router.post('/sandbox/api-faults', (request, response) => {
    const fault = read(apiFault, request, response);
    if (!fault) return;
    sandbox.apiFaults.add(fault);
    response.json(sandbox.apiFaults.waiting);
  });
  router.delete('/sandbox/api-faults', (_request, response) => {
    sandbox.apiFaults.clear();
    response.json([]);
  });
  router.use('/sandbox', (_request, response) => {
    response.status(404).json({ error: 'There is nothing here. GET /sandbox lists what there is.' });
  });
  return router;

  function setWebhooks(behaviour: z.output<typeof webhookBehaviour>, response: Response): void {
    sandbox.webhooks.faults.set(behaviour);
    sandbox.webhooks.resume();
    response.json(behaviour);
  }
}

const CONTENTS = {
  'POST /sandbox/pay':
    '{session, card, authentication?, expiry?, cvc?, email?, name?, shipping?, shippingOption?}',
  'POST /sandbox/sessions/:id/expire': 'the session runs out now, as if by time',
  'POST /sandbox/refunds/:id/settle': 'a refund that will change its status does so now',
  'POST /sandbox/events/:id/resend': 'the event is delivered once more',
  'GET /sandbox/ledger': 'every payment and refund, and totals in minor units',
  'GET|PUT|DELETE /sandbox/webhooks':
    '{delayMs, duplicate, drop: {probability}|{next}, reorder, paused, seed, retryDelaysMs}; DELETE behaves well again',
  'GET|POST|DELETE /sandbox/api-faults':
    '{fault: error|drop|delay, count, delayMs, when: before|after, method?, path?}; DELETE forgets them',
} as const;

async function pay(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const wanted = read(payRequest, request, response);
  if (!wanted) return;
  const session = sandbox.store.sessions.get(wanted.session);
  if (!session) {
    response.status(404).json({ error: `There is no session '${wanted.session}'.` });
    return;
  }
  if (wanted.shippingOption > 0 && wanted.shippingOption >= session.shippingOptions.length) {
    response
      .status(400)
      .json({ error: `The session has ${session.shippingOptions.length} shipping options.` });
    return;
  }
  const outcome = paySession(sandbox, session, wanted, { id: newIdentifier('req_'), idempotencyKey: null });
  await sandbox.store.durable();
  response.json(tell(sandbox, outcome));
}

function tell(sandbox: Sandbox, outcome: PaymentOutcome): object {
  switch (outcome.kind) {
    case 'paid':
      return {
        outcome: 'paid',
        session: outcome.session.id,
        payment_intent: outcome.session.paymentIntent,
        redirect_url: successUrlOf(outcome.session),
      };
    case 'authentication_required':
      return {
        outcome: 'authentication_required',
        session: outcome.session.id,
        url: sandbox.publicUrl + authenticationUrl(outcome.session.id),
      };
    case 'declined': {
      const { code, declineCode, message } = outcome.decline;
      return { outcome: 'declined', code, decline_code: declineCode, message };
    }
    case 'invalid_card':
      return { outcome: 'invalid_card', problems: outcome.problems };
    case 'not_open':
      return { outcome: 'not_open', status: outcome.status };
  }
}

async function expire(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const session = sandbox.store.sessions.get(String(request.params.id));
  if (!session) {
    response.status(404).json({ error: 'There is no such session.' });
    return;
  }
  if (session.status !== 'open') {
    response.status(409).json({ error: `The session is ${session.status}; only an open one can expire.` });
    return;
  }
  const expired = expireSession(sandbox, session, null);
  await sandbox.store.durable();
  response.json({ session: expired.id, status: expired.status });
}

async function settle(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const refund = sandbox.store.refunds.get(String(request.params.id));
  if (!refund) {
    response.status(404).json({ error: 'There is no such refund.' });
    return;
  }
  const settled = settleRefund(sandbox, refund);
  await sandbox.store.durable();
  response.json({ refund: settled.id, status: settled.status });
}

function resend(sandbox: Sandbox, request: Request, response: Response): void {
  const event = sandbox.store.events.get(String(request.params.id));
  if (!event) {
    response.status(404).json({ error: 'There is no such event.' });
    return;
  }
  sandbox.webhooks.resend(event);
  response.json({ event: event.id, deliveries: event.deliveries.length });
}

function refuseForms(request: Request, response: Response, next: () => void): void {
  const formsCannotSendThis = request.method === 'GET' || request.method === 'DELETE';
  if (formsCannotSendThis || request.is('application/json')) {
    next();
    return;
  }
  response
    .status(415)
    .json({ error: 'Send JSON, with the content type application/json (an empty object will do).' });
}

/** The body as the schema wants it; answers 400 and returns undefined when it isn't. */
function read<S extends z.ZodType>(schema: S, request: Request, response: Response): z.output<S> | undefined {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  response.status(400).json({ error: z.prettifyError(parsed.error) });
  return undefined;
}

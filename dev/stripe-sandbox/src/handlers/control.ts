import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { byRequest, byTime, type Sandbox } from '../context.js';
import { samplePayer } from '../domain/payer.js';
import { answerAuthentication, type PaymentOutcome, submitPayment } from '../domain/payments.js';
import { settleRefund } from '../domain/refunds.js';
import { expireSession, pagePath, successUrlOf } from '../domain/sessions.js';
import type { SessionRecord } from '../store/records.js';
import { type WebhookBehaviour, webhookBehaviour } from '../webhooks/faults.js';
import { apiFault } from './api-faults.js';
import { buildLedger } from './ledger.js';

/** What no real Stripe has, in JSON: pay without a browser, make time pass, make things go wrong. See the README. */
export function controlRouter(sandbox: Sandbox): Router {
  const router = Router();
  // Only JSON: another site's form can't send it, so no page that a developer visits can press these buttons.
  router.use('/sandbox', express.json({ limit: '64kb' }), refuseForms);
  router.post('/sandbox/pay', (request, response) => pay(sandbox, request, response));
  router.post('/sandbox/sessions/:id/expire', (request, response) => expire(sandbox, request, response));
  router.post('/sandbox/refunds/:id/settle', (request, response) => settle(sandbox, request, response));
  router.get('/sandbox/ledger', (_request, response) => response.json(buildLedger(sandbox)));

  const { webhooks, apiFaults } = sandbox;
  const behave = (behaviour: WebhookBehaviour, response: Response): void => {
    webhooks.faults.set(behaviour);
    webhooks.resume();
    response.json(behaviour);
  };
  router.get('/sandbox/webhooks', (_request, response) => response.json(webhooks.faults.behaviour));
  router.put('/sandbox/webhooks', (request, response) => {
    const behaviour = read(webhookBehaviour, request, response);
    if (behaviour) behave(behaviour, response);
  });
  router.delete('/sandbox/webhooks', (_request, response) => behave(webhookBehaviour.parse({}), response));

  router.get('/sandbox/api-faults', (_request, response) => response.json(apiFaults.waiting));
  router.post('/sandbox/api-faults', (request, response) => {
    const fault = read(apiFault, request, response);
    if (!fault) return;
    apiFaults.add(fault);
    response.json(apiFaults.waiting);
  });
  router.delete('/sandbox/api-faults', (_request, response) => {
    apiFaults.clear();
    response.json([]);
  });
  router.use('/sandbox', (_request, response) => refuse(response, 404, 'There is nothing here.'));
  return router;
}

const refuseForms: RequestHandler = (request, response, next) => {
  const formsCannotSendThis = request.method === 'GET' || request.method === 'DELETE';
  if (formsCannotSendThis || request.is('application/json')) next();
  else refuse(response, 415, 'Send JSON, with the content type application/json (an empty object will do).');
};

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}

/** The body as the schema wants it; answers 400 and returns undefined when it isn't. */
function read<S extends z.ZodType>(schema: S, request: Request, response: Response): z.output<S> | undefined {
  const parsed = schema.safeParse(request.body ?? {});
  if (!parsed.success) refuse(response, 400, z.prettifyError(parsed.error));
  return parsed.data;
}

const payRequest = z.strictObject({
  session: z.string().min(1),
  /** A test card's number. */
  card: z.string().min(1).max(40),
  /** The answer to 3-D Secure, if the card asks; without it the outcome is `authentication_required`. */
  authentication: z.enum(['complete', 'fail']).optional(),
});

async function pay(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const wanted = read(payRequest, request, response);
  if (!wanted) return;
  const session = sandbox.store.sessions.get(wanted.session);
  if (!session) return refuse(response, 404, `There is no session '${wanted.session}'.`);
  const outcome = paySession(sandbox, session, wanted);
  await sandbox.store.durable();
  response.json(describeOutcome(sandbox, outcome));
}

/** Pays through the very functions that the payment page calls. */
function paySession(
  sandbox: Sandbox,
  session: SessionRecord,
  { card: number, authentication }: z.output<typeof payRequest>,
): PaymentOutcome {
  const work = byRequest(sandbox);
  const card = { number, expiry: '12/34', cvc: /^3[47]/.test(number) ? '1234' : '123' };
  const outcome = submitPayment(work, session, { payer: samplePayer(sandbox, session), card });
  if (outcome.kind !== 'authentication_required' || !authentication) return outcome;
  return answerAuthentication(work, outcome.session, authentication);
}

function describeOutcome(sandbox: Sandbox, outcome: PaymentOutcome): object {
  switch (outcome.kind) {
    case 'paid':
      return {
        outcome: 'paid',
        session: outcome.session.id,
        payment_intent: outcome.session.paymentIntent,
        redirect_url: successUrlOf(outcome.session),
      };
    case 'authentication_required': {
      const { id } = outcome.session;
      const url = `${sandbox.publicUrl}${pagePath(id)}/authenticate`;
      return { outcome: 'authentication_required', session: id, url };
    }
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
  if (!session) return refuse(response, 404, 'There is no such session.');
  if (session.status !== 'open') {
    return refuse(response, 409, `The session is ${session.status}; only an open one can expire.`);
  }
  const expired = expireSession(byTime(sandbox), session);
  await sandbox.store.durable();
  response.json({ session: expired.id, status: expired.status });
}

async function settle(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const refund = sandbox.store.refunds.get(String(request.params.id));
  if (!refund) return refuse(response, 404, 'There is no such refund.');
  const settled = settleRefund(sandbox, refund);
  await sandbox.store.durable();
  response.json({ refund: settled.id, status: settled.status });
}

import express, { type Request, type Response, Router } from 'express';
import { byRequest, type Sandbox } from '../context.js';
import { DECLINES } from '../domain/cards.js';
import { receiptPath } from '../domain/charges.js';
import { formatMoney } from '../domain/money.js';
import { knownEmail } from '../domain/payer.js';
import { answerAuthentication, type PaymentOutcome, submitPayment } from '../domain/payments.js';
import { findSession, MERCHANT, pagePath, successUrlOf, totalsOf } from '../domain/sessions.js';
import type { ChargeRecord, SessionRecord } from '../store/records.js';
import { cardErrors, type FieldErrors, readForm } from './checkout-form.js';
import { checkoutView, type FormProblem } from './checkout-view.js';
import { renderPage, showMissing } from './pages.js';

const parseForm = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 50 });

/** The pages a shopper sees: the payment form, 3-D Secure, a finished session, and the receipt. */
export function checkoutRouter(sandbox: Sandbox): Router {
  const router = Router();
  router
    .route(pagePath(':id'))
    .get((request, response) => showForm(sandbox, request, response))
    .post(parseForm, (request, response) => takeForm(sandbox, request, response));
  router
    .route(authenticationPath(':id'))
    .get((request, response) => showQuestion(sandbox, request, response))
    .post(parseForm, (request, response) => takeAnswer(sandbox, request, response));
  router.get(receiptPath(':id'), (request, response) => {
    const charge = sandbox.store.charges.get(String(request.params.id));
    if (charge?.status !== 'succeeded') showMissing(response);
    else renderPage(response, 'receipt', receiptView(sandbox, charge));
  });
  return router;
}

function authenticationPath(sessionId: string): string {
  return `${pagePath(sessionId)}/authenticate`;
}

function showForm(sandbox: Sandbox, request: Request, response: Response): void {
  const session = findOpen(sandbox, request, response);
  if (!session) return;
  const failed = request.query.authentication === 'failed';
  const { message } = DECLINES.authenticationFailed;
  renderForm(sandbox, response, session, failed ? { message, errors: {} } : null);
}

async function takeForm(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const session = findSession(sandbox, String(request.params.id));
  if (!session) return showMissing(response);
  const form = readForm(request.body, session, knownEmail(sandbox, session));
  if (session.status === 'open' && Object.keys(form.errors).length > 0) {
    // Stored, so that what was typed is still there.
    const typed = { ...session, payer: form.payer };
    sandbox.store.sessions.put(typed);
    return refuseForm(sandbox, response, typed, form.errors);
  }
  return answerOutcome(sandbox, response, session.id, submitPayment(byRequest(sandbox), session, form));
}

function showQuestion(sandbox: Sandbox, request: Request, response: Response): void {
  const session = findOpen(sandbox, request, response);
  if (!session) return;
  if (!session.authentication) {
    response.redirect(303, pagePath(session.id));
    return;
  }
  const content = {
    title: '3-D Secure',
    merchant: MERCHANT,
    amount: formatMoney(totalsOf(session).total, session.currency),
    action: authenticationPath(session.id),
  };
  renderPage(response, 'authenticate', content, new URL(session.successUrl).origin);
}

async function takeAnswer(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const session = findSession(sandbox, String(request.params.id));
  if (!session) return showMissing(response);
  const body: unknown = request.body;
  const given = typeof body === 'object' && body ? Reflect.get(body, 'authentication') : undefined;
  const answer = given === 'complete' ? 'complete' : 'fail';
  const outcome = answerAuthentication(byRequest(sandbox), session, answer);
  if (outcome.kind === 'declined' && answer === 'fail') {
    await sandbox.store.durable();
    return response.redirect(303, `${pagePath(session.id)}?authentication=failed`);
  }
  return answerOutcome(sandbox, response, session.id, outcome);
}

/** The shopper sees nothing that is not on the disk yet. */
async function answerOutcome(
  sandbox: Sandbox,
  response: Response,
  sessionId: string,
  outcome: PaymentOutcome,
): Promise<void> {
  await sandbox.store.durable();
  const session = sandbox.store.sessions.get(sessionId);
  if (!session) return showMissing(response);
  switch (outcome.kind) {
    case 'paid':
      return response.redirect(303, successUrlOf(session));
    case 'authentication_required':
      return response.redirect(303, authenticationPath(session.id));
    case 'invalid_card':
      return refuseForm(sandbox, response, session, cardErrors(outcome.problems));
    case 'declined':
      response.status(402);
      return renderForm(sandbox, response, session, { message: outcome.decline.message, errors: {} });
    case 'not_open':
      // The second click of a double click belongs to the payment that the first one made.
      if (outcome.status === 'complete') return response.redirect(303, successUrlOf(session));
      return showFinished(response, session);
  }
}

function refuseForm(sandbox: Sandbox, response: Response, session: SessionRecord, errors: FieldErrors): void {
  response.status(422);
  renderForm(sandbox, response, session, { message: 'Please check the fields marked below.', errors });
}

function renderForm(
  sandbox: Sandbox,
  response: Response,
  session: SessionRecord,
  problem: FormProblem | null,
): void {
  // A browser also checks the redirect after the payment against the places a form may lead to.
  const formTarget = new URL(session.successUrl).origin;
  renderPage(response, 'checkout', checkoutView(sandbox, session, problem), formTarget);
}

function showFinished(response: Response, session: SessionRecord): void {
  const isPaid = session.status === 'complete';
  renderPage(response.status(isPaid ? 200 : 410), 'finished', {
    title: isPaid ? 'Payment complete' : 'This page has expired',
    merchant: MERCHANT,
    isPaid,
    amount: formatMoney(totalsOf(session).total, session.currency),
    link: isPaid ? successUrlOf(session) : (session.cancelUrl ?? new URL(session.successUrl).origin),
  });
}

/** Answers itself when there is no such session, or when it is finished. */
function findOpen(sandbox: Sandbox, request: Request, response: Response): SessionRecord | null {
  const session = findSession(sandbox, String(request.params.id));
  if (session?.status === 'open') return session;
  if (session) showFinished(response, session);
  else showMissing(response);
  return null;
}

function receiptView({ store }: Sandbox, charge: ChargeRecord) {
  const session = store.sessions.get(store.paymentIntents.get(charge.paymentIntent)?.session ?? null);
  const money = (amount: number) => formatMoney(amount, charge.currency);
  return {
    title: 'Receipt',
    merchant: MERCHANT,
    amount: money(charge.amount),
    refunded: charge.amountRefunded === 0 ? null : money(charge.amountRefunded),
    paidAt: new Date(charge.created * 1000).toISOString().slice(0, 16).replace('T', ' '),
    card: `${charge.card.brand} ending in ${charge.card.last4}`,
    items: (session?.lines ?? []).map(({ product, quantity, unitAmount }) => ({
      name: product.name,
      quantity,
      amount: money(unitAmount * quantity),
    })),
  };
}

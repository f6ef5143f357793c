import { type Request, type Response, Router } from 'express';
import type { Sandbox } from '../context.js';
import { newIdentifier } from '../domain/identifiers.js';
import { formatMoney } from '../domain/money.js';
import { answerAuthentication, type PaymentOutcome, submitPayment } from '../domain/payments.js';
import { knownEmail } from '../domain/prefill.js';
import { expireIfDue } from '../domain/sessions.js';
import { totalsOf } from '../domain/totals.js';
import { readPostedForm as parsePostedForm, securePage, showMissing } from '../http/pages.js';
import type { SessionRecord } from '../store/records.js';
import { authenticationUrl, pagePath, successUrlOf } from './addresses.js';
import { type FieldErrors, interpretForm, readPostedForm } from './form.js';
import { receiptView } from './receipt.js';
import { checkoutView, type Trouble } from './view-model.js';

/** The pages a shopper sees: the payment form, 3-D Secure, and what is left of a finished session. */
export function checkoutPageRouter(sandbox: Sandbox): Router {
  const router = Router();
  router.get('/c/pay/:id', (request, response) => showForm(sandbox, request, response));
  router.post('/c/pay/:id', parsePostedForm, (request, response) => takeForm(sandbox, request, response));
  router.get('/c/pay/:id/authenticate', (request, response) => showQuestion(sandbox, request, response));
  router.post('/c/pay/:id/authenticate', parsePostedForm, (request, response) =>
    takeAnswer(sandbox, request, response),
  );
  router.get('/receipts/:id', (request, response) => {
    const charge = sandbox.store.charges.get(String(request.params.id));
    if (charge?.status !== 'succeeded') {
      showMissing(response);
      return;
    }
    securePage(response, []);
    response.render('receipt', receiptView(sandbox, charge));
  });
  return router;
}

const AUTHENTICATION_FAILED = {
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  errors: {},
} as const;

function showForm(sandbox: Sandbox, request: Request, response: Response): void {
  const session = findSession(sandbox, request, response);
  if (!session) return;
  if (session.status !== 'open') {
    showFinished(response, session);
    return;
  }
  const failed = request.query.authentication === 'failed';
  renderForm(sandbox, response, session, failed ? AUTHENTICATION_FAILED : null);
}

async function takeForm(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const session = findSession(sandbox, request, response);
  if (!session) return;
  const posted = readPostedForm(request.body);
  const form = interpretForm(posted, session, knownEmail(sandbox, session));
  const typed = { ...session, payer: form.payer, chosenShipping: form.shippingOption };
  if (session.status === 'open' && Object.keys(form.errors).length > 0) {
    // Remembered, so that what was typed is still there.
    sandbox.store.sessions.put(typed);
    refuseForm(sandbox, response, typed, form.errors);
    return;
  }
  if (session.status === 'open' && hasOtherTotal(posted.shownTotal, typed)) {
    sandbox.store.sessions.put(typed);
    response.status(409);
    renderForm(sandbox, response, typed, {
      message: 'The total has changed with the shipping method. Please look at it and pay again.',
      errors: {},
    });
    return;
  }
  const outcome = submitPayment(sandbox, session, form, { id: newIdentifier('req_'), idempotencyKey: null });
  await answerOutcome(sandbox, response, session.id, outcome);
}

/** Without a script the total on the page can't follow the shipping method; nobody pays what they have not seen. */
function hasOtherTotal(shownTotal: string, session: SessionRecord): boolean {
  return shownTotal !== '' && shownTotal !== String(totalsOf(session).total);
}

function showQuestion(sandbox: Sandbox, request: Request, response: Response): void {
  const session = findSession(sandbox, request, response);
  if (!session) return;
  if (session.status !== 'open') {
    showFinished(response, session);
    return;
  }
  if (!session.authentication) {
    response.redirect(303, pagePath(session.id));
    return;
  }
  securePage(response, [originOf(session.successUrl)]);
  response.render('authenticate', {
    title: '3-D Secure',
    merchant: session.merchantName,
    amount: formatMoney(totalsOf(session).total, session.currency),
    action: authenticationUrl(session.id),
  });
}

async function takeAnswer(sandbox: Sandbox, request: Request, response: Response): Promise<void> {
  const session = findSession(sandbox, request, response);
  if (!session) return;
  const body: unknown = request.body;
  const answer = typeof body === 'object' && body !== null ? Reflect.get(body, 'authentication') : undefined;
  const cause = { id: newIdentifier('req_'), idempotencyKey: null };
  const outcome = answerAuthentication(sandbox, session, answer === 'complete' ? 'complete' : 'fail', cause);
  await sandbox.store.durable();
  if (outcome.kind === 'declined' && answer !== 'complete') {
    response.redirect(303, `${pagePath(session.id)}?authentication=failed`);
    return;
  }
  await answerOutcome(sandbox, response, session.id, outcome);
}

/** Nothing is told to the shopper before it is on the disk. */
async function answerOutcome(
  sandbox: Sandbox,
  response: Response,
  sessionId: string,
  outcome: PaymentOutcome,
): Promise<void> {
  await sandbox.store.durable();
  const session = sandbox.store.sessions.get(sessionId);
  if (!session) {
    showMissing(response);
    return;
  }
  switch (outcome.kind) {
    case 'paid':
      response.redirect(303, successUrlOf(outcome.session));
      return;
    case 'authentication_required':
      response.redirect(303, authenticationUrl(session.id));
      return;
    case 'invalid_card':
      refuseForm(sandbox, response, session, cardErrors(outcome.problems));
      return;
    case 'declined':
      response.status(402);
      renderForm(sandbox, response, session, { message: outcome.decline.message, errors: {} });
      return;
    case 'not_open':
      // The second click of a double click belongs to the payment that the first one made.
      if (outcome.status === 'complete') response.redirect(303, successUrlOf(session));
      else showFinished(response, session);
      return;
  }
}

function cardErrors(
  problems: readonly { field: 'number' | 'expiry' | 'cvc'; message: string }[],
): FieldErrors {
  const names = { number: 'cardNumber', expiry: 'cardExpiry', cvc: 'cardCvc' } as const;
  return Object.fromEntries(problems.map((problem) => [names[problem.field], problem.message]));
}

function refuseForm(sandbox: Sandbox, response: Response, session: SessionRecord, errors: FieldErrors): void {
  response.status(422);
  renderForm(sandbox, response, session, { message: 'Please check the fields marked below.', errors });
}

function renderForm(
  sandbox: Sandbox,
  response: Response,
  session: SessionRecord,
  trouble: Trouble | null,
): void {
  // A browser also checks the redirect after the payment against the places a form may lead to.
  securePage(response, [originOf(session.successUrl)]);
  response.render('checkout', checkoutView(sandbox, session, trouble));
}

function showFinished(response: Response, session: SessionRecord): void {
  securePage(response, []);
  const isPaid = session.status === 'complete';
  response.status(isPaid ? 200 : 410).render('finished', {
    title: isPaid ? 'Payment complete' : 'This page has expired',
    merchant: session.merchantName,
    isPaid,
    amount: formatMoney(totalsOf(session).total, session.currency),
    link: isPaid ? successUrlOf(session) : (session.cancelUrl ?? originOf(session.successUrl)),
  });
}

/** Answers 404 itself when there is no such session. */
function findSession(sandbox: Sandbox, request: Request, response: Response): SessionRecord | null {
  const session = sandbox.store.sessions.get(String(request.params.id));
  if (session) return expireIfDue(sandbox, session);
  showMissing(response);
  return null;
}

function originOf(url: string): string {
  return new URL(url).origin;
}

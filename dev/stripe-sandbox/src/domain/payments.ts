import type { Cause, Sandbox } from '../context.js';
import { toPaymentIntent } from '../objects/payment-intent.js';
import type { CardFacts, PayerRecord, PaymentIntentRecord, SessionRecord } from '../store/records.js';
import { recordEvent } from '../webhooks/record-event.js';
import { type CardDetails, type CardFieldProblem, type ReadCard, readCard } from './card-details.js';
import { DECLINES, type Decline, findTestCard, findTestCardByName, type TestCard } from './cards.js';
import { approveCharge, chargeDeclined, refusePayment, settleCharge } from './charges.js';
import { nowInSeconds } from './clock.js';
import { createCustomer } from './customers.js';
import { happensAfterwards } from './disputes.js';
import { newIdentifier, newSecretPart } from './identifiers.js';
import { completeSession, expireIfDue } from './sessions.js';
import { totalsOf } from './totals.js';

/** What a shopper sends with the payment form, or a test with `POST /sandbox/pay`. */
export interface PaymentSubmission {
  payer: PayerRecord;
  card: CardDetails;
  /** Index into the session's shipping options. */
  shippingOption: number;
}

export type PaymentOutcome =
  | { kind: 'paid'; session: SessionRecord }
  | { kind: 'authentication_required'; session: SessionRecord }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'invalid_card'; problems: CardFieldProblem[] }
  | { kind: 'not_open'; status: 'complete' | 'expired' };

/**
 * Tries to pay a session. It runs without a pause from the first look at the session to the last write, so of
 * two submissions one pays and the other finds the session complete.
 */
export function submitPayment(
  sandbox: Sandbox,
  given: SessionRecord,
  submission: PaymentSubmission,
  cause: Cause,
): PaymentOutcome {
  const session = expireIfDue(sandbox, given);
  if (session.status !== 'open') return { kind: 'not_open', status: session.status };
  const reading = readCard(submission.card, new Date());
  if (!reading.ok) return { kind: 'invalid_card', problems: reading.problems };

  const testCard = findTestCard(reading.card.digits);
  const card = factsOf(reading.card, testCard);
  const attempted = beginAttempt(sandbox, session, submission, cause);
  if (testCard?.behaviour.authentication === 'required') {
    return askForAuthentication(sandbox, attempted, testCard, card, cause);
  }
  return charge(sandbox, attempted, card, testCard, cause);
}

export type AuthenticationAnswer = 'complete' | 'fail';

/** Goes on with a payment that waited for 3-D Secure. */
export function answerAuthentication(
  sandbox: Sandbox,
  given: SessionRecord,
  answer: AuthenticationAnswer,
  cause: Cause,
): PaymentOutcome {
  const session = expireIfDue(sandbox, given);
  if (session.status !== 'open') return { kind: 'not_open', status: session.status };
  const pending = session.authentication;
  const testCard = pending ? findTestCardByName(pending.card) : undefined;
  const intent =
    session.paymentIntent === null ? undefined : sandbox.store.paymentIntents.get(session.paymentIntent);
  // A second answer to the same question, or one that was never asked, is a failed authentication.
  if (!pending || !testCard || !intent) return { kind: 'declined', decline: DECLINES.authenticationFailed };

  const card = factsOf(
    { digits: testCard.number, brand: testCard.brand, expMonth: pending.expMonth, expYear: pending.expYear },
    testCard,
  );
  const asked = { ...session, authentication: null };
  sandbox.store.sessions.put(asked);
  if (answer === 'complete') return charge(sandbox, { session: asked, intent }, card, testCard, cause);
  refusePayment(sandbox, intent, card, DECLINES.authenticationFailed, null, cause);
  return { kind: 'declined', decline: DECLINES.authenticationFailed };
}

interface Attempt {
  session: SessionRecord;
  intent: PaymentIntentRecord;
}

/** Remembers what the shopper typed, and makes the payment intent if this is the first attempt. */
function beginAttempt(
  sandbox: Sandbox,
  session: SessionRecord,
  submission: PaymentSubmission,
  cause: Cause,
): Attempt {
  const chosen = { ...session, payer: submission.payer, chosenShipping: submission.shippingOption };
  const existing =
    session.paymentIntent === null ? undefined : sandbox.store.paymentIntents.get(session.paymentIntent);
  if (existing) {
    const intent = { ...existing, amount: totalsOf(chosen).total, shipping: submission.payer.shipping };
    sandbox.store.paymentIntents.put(intent);
    sandbox.store.sessions.put(chosen);
    return { session: chosen, intent };
  }
  const intent = newPaymentIntent(sandbox, chosen);
  const attempted = { ...chosen, paymentIntent: intent.id };
  sandbox.store.paymentIntents.put(intent);
  sandbox.store.sessions.put(attempted);
  recordEvent(sandbox, cause, 'payment_intent.created', toPaymentIntent(intent));
  return { session: attempted, intent };
}

function newPaymentIntent(sandbox: Sandbox, session: SessionRecord): PaymentIntentRecord {
  const id = newIdentifier('pi_');
  return {
    id,
    sequence: sandbox.store.nextSequence(),
    created: nowInSeconds(),
    session: session.id,
    amount: totalsOf(session).total,
    currency: session.currency,
    customer: session.customer,
    description: session.paymentIntentDescription,
    metadata: session.paymentIntentMetadata,
    receiptEmail: session.paymentIntentReceiptEmail,
    statementDescriptor: session.statementDescriptor,
    statementDescriptorSuffix: session.statementDescriptorSuffix,
    shipping: session.payer?.shipping ?? null,
    status: 'requires_payment_method',
    amountReceived: 0,
    canceledAt: null,
    cancellationReason: null,
    charges: [],
    lastError: null,
    paymentMethod: null,
    clientSecret: `${id}_secret_${newSecretPart()}`,
  };
}

function askForAuthentication(
  sandbox: Sandbox,
  attempt: Attempt,
  testCard: TestCard,
  card: CardFacts,
  cause: Cause,
): PaymentOutcome {
  const session = {
    ...attempt.session,
    authentication: { card: testCard.name, expMonth: card.expMonth, expYear: card.expYear },
  };
  const intent = { ...attempt.intent, status: 'requires_action' as const, paymentMethod: card.paymentMethod };
  sandbox.store.sessions.put(session);
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, cause, 'payment_intent.requires_action', toPaymentIntent(intent));
  return { kind: 'authentication_required', session };
}

function charge(
  sandbox: Sandbox,
  attempt: Attempt,
  card: CardFacts,
  testCard: TestCard | undefined,
  cause: Cause,
): PaymentOutcome {
  const decline = testCard ? testCard.behaviour.decline : DECLINES.notATestCard;
  if (decline) {
    const session = { ...attempt.session, authentication: null };
    sandbox.store.sessions.put(session);
    chargeDeclined(sandbox, session, attempt.intent, card, decline, cause);
    return { kind: 'declined', decline };
  }
  const { session, intent } = withCustomer(sandbox, attempt, cause);
  const approved = approveCharge(sandbox, session, intent, card, cause);
  const paid = completeSession(sandbox, session, cause);
  const settled = settleCharge(sandbox, approved.charge, cause);
  happensAfterwards(sandbox, settled, testCard?.behaviour.afterwards ?? 'nothing');
  return { kind: 'paid', session: paid };
}

/** A session that was asked to always make a customer does so when it is paid. */
function withCustomer(sandbox: Sandbox, { session, intent }: Attempt, cause: Cause): Attempt {
  if (session.customer !== null || session.customerCreation !== 'always' || !session.payer)
    return { session, intent };
  const { email, name, shipping } = session.payer;
  const customer = createCustomer(sandbox, { email, name, shipping }, cause).id;
  return { session: { ...session, customer }, intent: { ...intent, customer } };
}

function factsOf(card: ReadCard, testCard: TestCard | undefined): CardFacts {
  return {
    testCard: testCard?.name ?? null,
    brand: testCard?.brand ?? card.brand,
    last4: card.digits.slice(-4),
    funding: testCard?.funding ?? 'unknown',
    country: testCard?.country ?? 'US',
    expMonth: card.expMonth,
    expYear: card.expYear,
    paymentMethod: newIdentifier('pm_'),
  };
}

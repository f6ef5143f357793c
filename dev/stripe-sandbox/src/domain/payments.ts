import type { Cause, Sandbox } from '../context.js';
import type { CardFacts, PayerRecord, PaymentIntentRecord, SessionRecord } from '../store/records.js';
import { type CardDetails, type CardFieldProblem, type ReadCard, readCard } from './card-details.js';
import { DECLINES, type Decline, findTestCard, findTestCardByName, type TestCard } from './cards.js';
import { approveCharge, declineCharge, failPayment, settleCharge } from './charges.js';
import { nowInSeconds } from './clock.js';
import { openDisputeOf } from './disputes.js';
import { recordEvent } from './events.js';
import { newIdentifier, randomText } from './identifiers.js';
import { toPaymentIntent } from './payment-intents.js';
import { completeSession, expireIfDue, totalsOf } from './sessions.js';

export type PaymentOutcome =
  | { kind: 'paid'; session: SessionRecord }
  | { kind: 'authentication_required'; session: SessionRecord }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'invalid_card'; problems: CardFieldProblem[] }
  | { kind: 'not_open'; status: 'complete' | 'expired' };

/**
 * Tries to pay a session. It never awaits, so of two submissions one pays and the other finds the session complete.
 */
export function submitPayment(
  sandbox: Sandbox,
  given: SessionRecord,
  { payer, card: details }: { payer: PayerRecord; card: CardDetails },
  cause: Cause,
): PaymentOutcome {
  const session = expireIfDue(sandbox, given);
  if (session.status !== 'open') return { kind: 'not_open', status: session.status };
  const reading = readCard(details, new Date());
  if (!reading.ok) return { kind: 'invalid_card', problems: reading.problems };

  const testCard = findTestCard(reading.card.digits);
  const card = factsOf(reading.card, testCard);
  const attempt = beginAttempt(sandbox, session, payer, cause);
  if (testCard?.behaviour.authentication === 'required') {
    return askForAuthentication(sandbox, attempt, testCard, card, cause);
  }
  return charge(sandbox, attempt, card, testCard, cause);
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
  const intent = sandbox.store.paymentIntents.get(session.paymentIntent);
  // A second answer to the same question, or one that was never asked, is a failed authentication.
  if (!pending || !testCard || !intent) return { kind: 'declined', decline: DECLINES.authenticationFailed };

  const { expMonth, expYear } = pending;
  const { number: digits, brand } = testCard;
  const asked = { ...session, authentication: null };
  sandbox.store.sessions.put(asked);
  if (answer === 'complete') {
    const card = factsOf({ digits, brand, expMonth, expYear }, testCard);
    return charge(sandbox, { session: asked, intent }, card, testCard, cause);
  }
  failPayment(sandbox, intent, DECLINES.authenticationFailed, null, cause);
  return { kind: 'declined', decline: DECLINES.authenticationFailed };
}

interface Attempt {
  session: SessionRecord;
  intent: PaymentIntentRecord;
}

/** Stores what the shopper typed, and makes the payment intent if this is the first attempt. */
function beginAttempt(sandbox: Sandbox, session: SessionRecord, payer: PayerRecord, cause: Cause): Attempt {
  const existing = sandbox.store.paymentIntents.get(session.paymentIntent);
  const intent = { ...(existing ?? newPaymentIntent(sandbox, session)), shipping: payer.shipping };
  const attempted = { ...session, payer, paymentIntent: intent.id };
  sandbox.store.paymentIntents.put(intent);
  sandbox.store.sessions.put(attempted);
  if (!existing) recordEvent(sandbox, cause, 'payment_intent.created', toPaymentIntent(intent));
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
    metadata: session.paymentIntentMetadata,
    shipping: null,
    status: 'requires_payment_method',
    canceledAt: null,
    charges: [],
    lastError: null,
    paymentMethod: null,
    clientSecret: `${id}_secret_${randomText(25)}`,
  };
}

function askForAuthentication(
  sandbox: Sandbox,
  attempt: Attempt,
  { name }: TestCard,
  { expMonth, expYear, paymentMethod }: CardFacts,
  cause: Cause,
): PaymentOutcome {
  const session = { ...attempt.session, authentication: { card: name, expMonth, expYear } };
  const intent = { ...attempt.intent, status: 'requires_action' as const, paymentMethod };
  sandbox.store.sessions.put(session);
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, cause, 'payment_intent.requires_action', toPaymentIntent(intent));
  return { kind: 'authentication_required', session };
}

function charge(
  sandbox: Sandbox,
  { session, intent }: Attempt,
  card: CardFacts,
  testCard: TestCard | undefined,
  cause: Cause,
): PaymentOutcome {
  const decline = testCard ? testCard.behaviour.decline : DECLINES.notATestCard;
  if (decline) {
    const asked = { ...session, authentication: null };
    sandbox.store.sessions.put(asked);
    declineCharge(sandbox, asked, intent, card, decline, cause);
    return { kind: 'declined', decline };
  }
  const approved = approveCharge(sandbox, session, intent, card, cause);
  const paid = completeSession(sandbox, session, cause);
  openDisputeOf(sandbox, settleCharge(sandbox, approved, cause));
  return { kind: 'paid', session: paid };
}

function factsOf({ digits, brand, expMonth, expYear }: ReadCard, testCard: TestCard | undefined): CardFacts {
  return {
    testCard: testCard?.name ?? null,
    brand: testCard?.brand ?? brand,
    last4: digits.slice(-4),
    funding: testCard?.funding ?? 'unknown',
    country: testCard?.country ?? 'US',
    expMonth,
    expYear,
    paymentMethod: newIdentifier('pm_'),
  };
}

import type { Sandbox, Work } from '../context.js';
import type { CardFacts, PayerRecord, PaymentIntentRecord, SessionRecord } from '../store/records.js';
import { type CardDetails, type CardFieldProblem, type ReadCard, readCard } from './card-details.js';
import { DECLINES, type Decline, findTestCard, findTestCardByName, type TestCard } from './cards.js';
import { type Attempt, approveCharge, declineCharge, failPayment, settleCharge } from './charges.js';
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
  sandbox: Work,
  given: SessionRecord,
  { payer, card: details }: { payer: PayerRecord; card: CardDetails },
): PaymentOutcome {
  const session = expireIfDue(sandbox, given);
  if (session.status !== 'open') return { kind: 'not_open', status: session.status };
  const reading = readCard(details, new Date());
  if (!reading.ok) return { kind: 'invalid_card', problems: reading.problems };

  const testCard = findTestCard(reading.card.digits);
  const attempt = beginAttempt(sandbox, session, payer, factsOf(reading.card, testCard));
  if (testCard?.behaviour.authentication !== 'required') return charge(sandbox, attempt, testCard);
  return askForAuthentication(sandbox, attempt, testCard);
}

type AuthenticationAnswer = 'complete' | 'fail';

/** Goes on with a payment that waited for 3-D Secure. */
export function answerAuthentication(
  sandbox: Work,
  given: SessionRecord,
  answer: AuthenticationAnswer,
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
    return charge(sandbox, { session: asked, intent, card }, testCard);
  }
  failPayment(sandbox, intent, DECLINES.authenticationFailed, null);
  return { kind: 'declined', decline: DECLINES.authenticationFailed };
}

/** Stores what the shopper typed, and makes the payment intent if this is the first attempt. */
function beginAttempt(sandbox: Work, session: SessionRecord, payer: PayerRecord, card: CardFacts): Attempt {
  const existing = sandbox.store.paymentIntents.get(session.paymentIntent);
  const intent = { ...(existing ?? newPaymentIntent(sandbox, session)), shipping: payer.shipping };
  const attempted = { ...session, payer, paymentIntent: intent.id };
  sandbox.store.paymentIntents.put(intent);
  sandbox.store.sessions.put(attempted);
  if (!existing) recordEvent(sandbox, 'payment_intent.created', toPaymentIntent(intent));
  return { session: attempted, intent, card };
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

function askForAuthentication(sandbox: Work, attempt: Attempt, { name }: TestCard): PaymentOutcome {
  const { expMonth, expYear, paymentMethod } = attempt.card;
  const session = { ...attempt.session, authentication: { card: name, expMonth, expYear } };
  const intent = { ...attempt.intent, status: 'requires_action' as const, paymentMethod };
  sandbox.store.sessions.put(session);
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, 'payment_intent.requires_action', toPaymentIntent(intent));
  return { kind: 'authentication_required', session };
}

function charge(sandbox: Work, attempt: Attempt, testCard: TestCard | undefined): PaymentOutcome {
  const decline = testCard ? testCard.behaviour.decline : DECLINES.notATestCard;
  if (decline) {
    const session = { ...attempt.session, authentication: null };
    sandbox.store.sessions.put(session);
    declineCharge(sandbox, { ...attempt, session }, decline);
    return { kind: 'declined', decline };
  }
  const approved = approveCharge(sandbox, attempt);
  const session = completeSession(sandbox, attempt.session);
  openDisputeOf(sandbox, settleCharge(sandbox, approved));
  return { kind: 'paid', session };
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

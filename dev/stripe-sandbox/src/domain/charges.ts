import type { Cause, Sandbox } from '../context.js';
import { toCharge } from '../objects/charge.js';
import { toPaymentIntent } from '../objects/payment-intent.js';
import type { CardFacts, ChargeRecord, PaymentIntentRecord, SessionRecord } from '../store/records.js';
import { recordEvent } from '../webhooks/record-event.js';
import { type Decline, findTestCardByName } from './cards.js';
import { nowInSeconds } from './clock.js';
import { newIdentifier } from './identifiers.js';

/** The bank says yes. The session is told next, and `settleCharge` comes last, as Stripe orders its events. */
export function approveCharge(
  sandbox: Sandbox,
  session: SessionRecord,
  before: PaymentIntentRecord,
  card: CardFacts,
  cause: Cause,
): { charge: ChargeRecord; intent: PaymentIntentRecord } {
  const charge = newCharge(sandbox, session, before, card, null);
  const intent: PaymentIntentRecord = {
    ...before,
    status: 'succeeded',
    amountReceived: before.amount,
    charges: [...before.charges, charge.id],
    lastError: null,
    paymentMethod: card.paymentMethod,
  };
  sandbox.store.charges.put(charge);
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, cause, 'charge.succeeded', toCharge(charge, sandbox.publicUrl));
  recordEvent(sandbox, cause, 'payment_intent.succeeded', toPaymentIntent(intent));
  return { charge, intent };
}

/** The bank, or Radar, says no: a failed charge, and an intent that waits for another card. */
export function chargeDeclined(
  sandbox: Sandbox,
  session: SessionRecord,
  intent: PaymentIntentRecord,
  card: CardFacts,
  decline: Decline,
  cause: Cause,
): void {
  const charge = newCharge(sandbox, session, intent, card, decline);
  sandbox.store.charges.put(charge);
  recordEvent(sandbox, cause, 'charge.failed', toCharge(charge, sandbox.publicUrl));
  const withCharge = { ...intent, charges: [...intent.charges, charge.id] };
  refusePayment(sandbox, withCharge, card, decline, charge.id, cause);
}

/** The attempt has failed, with a charge or before there was one; the session stays open for another card. */
export function refusePayment(
  sandbox: Sandbox,
  before: PaymentIntentRecord,
  card: CardFacts,
  decline: Decline,
  charge: string | null,
  cause: Cause,
): void {
  const intent: PaymentIntentRecord = {
    ...before,
    status: 'requires_payment_method',
    lastError: {
      code: decline.code,
      declineCode: decline.declineCode,
      message: decline.message,
      charge,
      card,
    },
    paymentMethod: null,
  };
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, cause, 'payment_intent.payment_failed', toPaymentIntent(intent));
}

function newCharge(
  sandbox: Sandbox,
  session: SessionRecord,
  intent: PaymentIntentRecord,
  card: CardFacts,
  decline: Decline | null,
): ChargeRecord {
  const behaviour = behaviourOf(card);
  return {
    id: newIdentifier('ch_'),
    sequence: sandbox.store.nextSequence(),
    created: nowInSeconds(),
    paymentIntent: intent.id,
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    metadata: intent.metadata,
    receiptEmail: intent.receiptEmail,
    shipping: intent.shipping,
    statementDescriptor: intent.statementDescriptor,
    statementDescriptorSuffix: intent.statementDescriptorSuffix,
    billingEmail: session.payer?.email ?? '',
    billingName: session.payer?.name ?? '',
    card,
    authenticated: intent.status === 'requires_action' && behaviour?.authentication === 'required',
    status: decline ? 'failed' : 'succeeded',
    failure: decline && {
      code: decline.code,
      declineCode: decline.declineCode,
      message: decline.message,
      blocked: behaviour?.blocked ?? false,
    },
    amountRefunded: 0,
    refunds: [],
    dispute: null,
    balanceTransaction: null,
  };
}

/** Capture is asynchronous since API 2024-04-10: the balance transaction comes with `charge.updated`. */
export function settleCharge(sandbox: Sandbox, charge: ChargeRecord, cause: Cause): ChargeRecord {
  const settled = { ...charge, balanceTransaction: newIdentifier('txn_') };
  sandbox.store.charges.put(settled);
  recordEvent(sandbox, cause, 'charge.updated', toCharge(settled, sandbox.publicUrl), {
    balance_transaction: null,
  });
  return settled;
}

function behaviourOf(card: CardFacts) {
  return card.testCard === null ? undefined : findTestCardByName(card.testCard)?.behaviour;
}

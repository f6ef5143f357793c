import type Stripe from 'stripe';
import type { Sandbox, Work } from '../context.js';
import type { CardFacts, ChargeRecord, PaymentIntentRecord, SessionRecord } from '../store/records.js';
import { absent } from './absent.js';
import { type CardBehaviour, type Decline, findTestCardByName } from './cards.js';
import { nowInSeconds } from './clock.js';
import { recordEvent } from './events.js';
import { newIdentifier } from './identifiers.js';
import { toPaymentIntent } from './payment-intents.js';

/** One try to pay a session. */
export interface Attempt {
  session: SessionRecord;
  intent: PaymentIntentRecord;
  card: CardFacts;
}

/** The bank says yes. The session is completed next, and `settleCharge` comes last, as Stripe orders its events. */
export function approveCharge(sandbox: Work, attempt: Attempt): ChargeRecord {
  const charge = newCharge(sandbox, attempt, null);
  const intent: PaymentIntentRecord = {
    ...attempt.intent,
    status: 'succeeded',
    charges: [...attempt.intent.charges, charge.id],
    lastError: null,
    paymentMethod: attempt.card.paymentMethod,
  };
  sandbox.store.charges.put(charge);
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, 'charge.succeeded', toCharge(charge, sandbox));
  recordEvent(sandbox, 'payment_intent.succeeded', toPaymentIntent(intent));
  return charge;
}

/** The bank, or Radar, says no: a failed charge, and an intent that waits for another card. */
export function declineCharge(sandbox: Work, attempt: Attempt, decline: Decline): void {
  const { intent } = attempt;
  const charge = newCharge(sandbox, attempt, decline);
  sandbox.store.charges.put(charge);
  recordEvent(sandbox, 'charge.failed', toCharge(charge, sandbox));
  failPayment(sandbox, { ...intent, charges: [...intent.charges, charge.id] }, decline, charge.id);
}

/** The attempt has failed, with a charge or before there was one; the session stays open for another card. */
export function failPayment(
  sandbox: Work,
  before: PaymentIntentRecord,
  { code, declineCode, message }: Decline,
  charge: string | null,
): void {
  const intent: PaymentIntentRecord = {
    ...before,
    status: 'requires_payment_method',
    lastError: { code, declineCode, message, charge },
    paymentMethod: null,
  };
  sandbox.store.paymentIntents.put(intent);
  recordEvent(sandbox, 'payment_intent.payment_failed', toPaymentIntent(intent));
}

/** Capture is asynchronous since API 2024-04-10: the balance transaction comes with `charge.updated`. */
export function settleCharge(sandbox: Work, charge: ChargeRecord): ChargeRecord {
  const settled = { ...charge, balanceTransaction: newIdentifier('txn_') };
  sandbox.store.charges.put(settled);
  recordEvent(sandbox, 'charge.updated', toCharge(settled, sandbox), {
    balance_transaction: null,
  });
  return settled;
}

function newCharge(
  sandbox: Sandbox,
  { session, intent, card }: Attempt,
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
    metadata: intent.metadata,
    shipping: intent.shipping,
    billingEmail: session.payer?.email ?? '',
    billingName: session.payer?.name ?? '',
    card,
    authenticated: intent.status === 'requires_action' && behaviour?.authentication === 'required',
    status: decline ? 'failed' : 'succeeded',
    failure: decline,
    amountRefunded: 0,
    refunds: [],
    dispute: null,
    balanceTransaction: null,
  };
}

/** What the table of test cards says about a card; nothing for a number that is not in it. */
export function behaviourOf({ testCard }: CardFacts): CardBehaviour | undefined {
  return testCard === null ? undefined : findTestCardByName(testCard)?.behaviour;
}

const NO_ADDRESS: Stripe.Address = absent('line1 line2 postal_code city state country');

/** https://docs.stripe.com/api/charges/object */
export function toCharge(charge: ChargeRecord, { publicUrl }: Sandbox): Stripe.Charge {
  const paid = charge.status === 'succeeded';
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: paid ? charge.amount : 0,
    amount_refunded: charge.amountRefunded,
    balance_transaction: charge.balanceTransaction,
    billing_details: {
      address: charge.shipping?.address ?? NO_ADDRESS,
      email: charge.billingEmail,
      name: charge.billingName,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: 'MICROMALL TEST',
    captured: paid,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customer,
    disputed: charge.dispute !== null,
    failure_code: charge.failure?.code ?? null,
    failure_message: charge.failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: charge.metadata,
    paid,
    payment_intent: charge.paymentIntent,
    payment_method: charge.card.paymentMethod,
    payment_method_details: { type: 'card', card: cardDetails(charge) },
    receipt_url: paid ? publicUrl + receiptPath(charge.id) : null,
    refunded: paid && charge.amountRefunded === charge.amount,
    shipping: charge.shipping,
    status: charge.status,
    ...absent('application application_fee application_fee_amount description failure_balance_transaction'),
    ...absent('on_behalf_of outcome receipt_email receipt_number review source source_transfer'),
    ...absent('statement_descriptor statement_descriptor_suffix transfer_data transfer_group'),
  };
}

/** The path of the page behind `receipt_url`. */
export function receiptPath(chargeId: string): string {
  return `/receipts/${chargeId}`;
}

function cardDetails(charge: ChargeRecord): Stripe.Charge.PaymentMethodDetails.Card {
  const { card, shipping } = charge;
  const checks = behaviourOf(card)?.checks;
  const paid = charge.status === 'succeeded';
  return {
    amount_authorized: paid ? charge.amount : null,
    authorization_code: paid ? charge.id.slice(-6).toUpperCase() : null,
    brand: card.brand,
    checks: {
      address_line1_check: shipping && (checks?.line1 ?? 'unchecked'),
      address_postal_code_check: shipping && (checks?.postalCode ?? 'unchecked'),
      cvc_check: charge.failure?.code === 'incorrect_cvc' ? 'fail' : (checks?.cvc ?? 'unchecked'),
    },
    country: card.country,
    electronic_commerce_indicator: charge.authenticated ? '05' : null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    extended_authorization: { status: 'disabled' },
    // Made from what is stored, never from the number.
    fingerprint: `fp${card.brand}${card.last4}${card.funding}`.slice(0, 16).padEnd(16, '0'),
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    last4: card.last4,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    overcapture: { maximum_amount_capturable: charge.amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: charge.authenticated ? AUTHENTICATED : null,
    ...absent('installments mandate network_transaction_id transaction_link_id wallet'),
  };
}

const AUTHENTICATED: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};

import type Stripe from 'stripe';
import { findTestCardByName } from '../domain/cards.js';
import type { ChargeRecord } from '../store/records.js';
import { toAddress, toShipping } from './customer.js';
import { cardFingerprint, NO_ADDRESS } from './payment-method.js';

const RISK_SCORES = { normal: 32, elevated: 65, highest: 95 } as const;

/**
 * https://docs.stripe.com/api/charges/object
 * `refunds` is absent unless it is asked for with `expand` (since API 2022-11-15).
 */
export function toCharge(charge: ChargeRecord, publicUrl: string): Stripe.Charge {
  const paid = charge.status === 'succeeded';
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: paid ? charge.amount : 0,
    amount_refunded: charge.amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: charge.balanceTransaction,
    billing_details: {
      address: toAddress(charge.shipping?.address ?? NO_ADDRESS),
      email: charge.billingEmail,
      name: charge.billingName,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: charge.statementDescriptor ?? 'MICROMALL TEST',
    captured: paid,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customer,
    description: charge.description,
    disputed: charge.dispute !== null,
    failure_balance_transaction: null,
    failure_code: charge.failure?.code ?? null,
    failure_message: charge.failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(charge),
    paid,
    payment_intent: charge.paymentIntent,
    payment_method: charge.card.paymentMethod,
    payment_method_details: { type: 'card', card: cardDetails(charge) },
    receipt_email: charge.receiptEmail,
    receipt_number: null,
    receipt_url: paid ? `${publicUrl}/receipts/${charge.id}` : null,
    refunded: paid && charge.amountRefunded === charge.amount,
    review: null,
    shipping: charge.shipping && toShipping(charge.shipping),
    source: null,
    source_transfer: null,
    statement_descriptor: charge.statementDescriptor,
    statement_descriptor_suffix: charge.statementDescriptorSuffix,
    status: charge.status,
    transfer_data: null,
    transfer_group: null,
  };
}

function outcomeOf(charge: ChargeRecord): Stripe.Charge.Outcome {
  const risk = behaviourOf(charge)?.risk ?? 'normal';
  const common = {
    advice_code: null,
    network_advice_code: null,
    risk_level: risk,
    risk_score: RISK_SCORES[risk],
  };
  if (!charge.failure) {
    return {
      ...common,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: risk === 'elevated' ? 'elevated_risk_level' : null,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
  }
  if (charge.failure.blocked) {
    return {
      ...common,
      network_decline_code: null,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    };
  }
  return {
    ...common,
    network_decline_code: '05',
    network_status: 'declined_by_network',
    reason: charge.failure.declineCode ?? charge.failure.code,
    seller_message: `The bank did not approve the payment: ${charge.failure.declineCode ?? charge.failure.code}.`,
    type: 'issuer_declined',
  };
}

function cardDetails(charge: ChargeRecord): Stripe.Charge.PaymentMethodDetails.Card {
  const { card } = charge;
  const checks = behaviourOf(charge)?.checks;
  const paid = charge.status === 'succeeded';
  return {
    amount_authorized: paid ? charge.amount : null,
    authorization_code: paid ? charge.id.slice(-6).toUpperCase() : null,
    brand: card.brand,
    checks: {
      address_line1_check: charge.shipping ? (checks?.line1 ?? 'unchecked') : null,
      address_postal_code_check: charge.shipping ? (checks?.postalCode ?? 'unchecked') : null,
      cvc_check: charge.failure?.code === 'incorrect_cvc' ? 'fail' : (checks?.cvc ?? 'unchecked'),
    },
    country: card.country,
    electronic_commerce_indicator: charge.authenticated ? '05' : null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    extended_authorization: { status: 'disabled' },
    fingerprint: cardFingerprint(card),
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: null,
    overcapture: { maximum_amount_capturable: charge.amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: charge.authenticated ? AUTHENTICATED : null,
    transaction_link_id: null,
    wallet: null,
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

function behaviourOf(charge: ChargeRecord) {
  return charge.card.testCard === null ? undefined : findTestCardByName(charge.card.testCard)?.behaviour;
}

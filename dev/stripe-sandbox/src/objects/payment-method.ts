import type Stripe from 'stripe';
import type { AddressRecord, CardFacts } from '../store/records.js';
import { toAddress } from './customer.js';

export interface BillingDetails {
  email: string | null;
  name: string | null;
  address: AddressRecord | null;
}

export const NO_ADDRESS: AddressRecord = {
  line1: null,
  line2: null,
  postal_code: null,
  city: null,
  state: null,
  country: null,
};

/** https://docs.stripe.com/api/payment_methods/object; only brand, last four digits and expiry are known. */
export function toPaymentMethod(
  card: CardFacts,
  billing: BillingDetails,
  created: number,
): Stripe.PaymentMethod {
  return {
    id: card.paymentMethod,
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: {
      address: toAddress(billing.address ?? NO_ADDRESS),
      email: billing.email,
      name: billing.name,
      phone: null,
      tax_id: null,
    },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: card.country,
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: cardFingerprint(card),
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}

/** The same card has the same fingerprint; it is made from what is known, never from the number. */
export function cardFingerprint(card: CardFacts): string {
  return `fp${card.brand}${card.last4}${card.funding}`.slice(0, 16).padEnd(16, '0');
}

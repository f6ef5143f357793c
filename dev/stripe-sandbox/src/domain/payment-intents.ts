import type Stripe from 'stripe';
import type { PaymentErrorRecord, PaymentIntentRecord } from '../store/records.js';
import { absent } from './absent.js';

/** https://docs.stripe.com/api/payment_intents/object */
export function toPaymentIntent(intent: PaymentIntentRecord): Stripe.PaymentIntent {
  return {
    id: intent.id,
    object: 'payment_intent',
    amount: intent.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: intent.status === 'succeeded' ? intent.amount : 0,
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.status === 'canceled' ? 'expired' : null,
    capture_method: 'automatic_async',
    client_secret: intent.clientSecret,
    confirmation_method: 'automatic',
    created: intent.created,
    currency: intent.currency,
    customer: intent.customer,
    last_payment_error: intent.lastError && toPaymentError(intent.lastError),
    latest_charge: intent.charges.at(-1) ?? null,
    livemode: false,
    metadata: intent.metadata,
    next_action: intent.status === 'requires_action' ? { type: 'use_stripe_sdk', use_stripe_sdk: {} } : null,
    payment_method: intent.paymentMethod,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    shipping: intent.shipping,
    status: intent.status,
    ...absent('allowed_payment_method_types application application_fee_amount automatic_payment_methods'),
    ...absent('customer_account description excluded_payment_method_types managed_payments on_behalf_of'),
    ...absent('payment_method_configuration_details payment_record processing receipt_email review'),
    ...absent('setup_future_usage source statement_descriptor statement_descriptor_suffix transfer_data'),
    ...absent('transfer_group'),
  };
}

function toPaymentError(error: PaymentErrorRecord): Stripe.PaymentIntent.LastPaymentError {
  return {
    type: 'card_error',
    code: error.code,
    doc_url: documentationOf(error.code),
    message: error.message,
    ...(error.declineCode !== null && { decline_code: error.declineCode }),
    ...(error.charge !== null && { charge: error.charge }),
  };
}

/** Where Stripe explains an error code. */
export function documentationOf(code: string): string {
  return `https://docs.stripe.com/error-codes#${code.replaceAll('_', '-')}`;
}

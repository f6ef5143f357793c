import type Stripe from 'stripe';
import { chosenShippingOption, totalsOf } from '../domain/totals.js';
import type { PayerRecord, SessionRecord } from '../store/records.js';
import { toAddress } from './customer.js';

/** The address of the payment page of a session. */
export function paymentPageUrl(publicUrl: string, sessionId: string): string {
  return `${publicUrl}/c/pay/${sessionId}`;
}

/**
 * https://docs.stripe.com/api/checkout/sessions/object
 * `line_items` is absent unless it is asked for with `expand`.
 * @param publicUrl where a browser reaches the payment page
 */
export function toSession(session: SessionRecord, publicUrl: string): Stripe.Checkout.Session {
  const totals = totalsOf(session);
  const shipping = chosenShippingOption(session);
  const payer = session.status === 'complete' ? session.payer : null;
  return {
    id: session.id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: session.allowPromotionCodes,
    allowed_payment_method_types: session.allowedPaymentMethodTypes,
    amount_subtotal: totals.subtotal,
    amount_total: totals.total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: session.billingAddressCollection,
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    client_secret: null,
    collected_information: payer && {
      business_name: null,
      individual_name: null,
      shipping_details: shippingDetails(payer),
    },
    consent: null,
    consent_collection: null,
    created: session.created,
    currency: session.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: session.customer,
    customer_account: null,
    customer_creation: session.customerCreation,
    customer_details: payer && customerDetails(payer),
    customer_email: session.customerEmail,
    discounts: [],
    ...(session.excludedPaymentMethodTypes.length > 0 && {
      excluded_payment_method_types: session.excludedPaymentMethodTypes,
    }),
    expires_at: session.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: null,
        metadata: {},
        rendering_options: null,
      },
    },
    livemode: false,
    locale: session.locale,
    managed_payments: null,
    metadata: session.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: session.paymentIntent,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: session.paymentStatus,
    permissions: null,
    phone_number_collection: { enabled: session.phoneNumberCollection },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: session.shippingCountries && {
      allowed_countries: session.shippingCountries,
    },
    shipping_cost: shipping && {
      amount_subtotal: shipping.amount,
      amount_tax: 0,
      amount_total: shipping.amount,
      shipping_rate: shipping.id,
    },
    shipping_options: session.shippingOptions.map((option) => ({
      shipping_amount: option.amount,
      shipping_rate: option.id,
    })),
    status: session.status,
    submit_type: session.submitType,
    subscription: null,
    success_url: session.successUrl,
    total_details: { amount_discount: 0, amount_shipping: totals.shipping, amount_tax: 0 },
    ui_mode: 'hosted_page',
    // A finished session has no page to go to any more.
    url: session.status === 'open' ? paymentPageUrl(publicUrl, session.id) : null,
    wallet_options: null,
  };
}

function customerDetails(payer: PayerRecord): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: payer.shipping && toAddress(payer.shipping.address),
    business_name: null,
    email: payer.email,
    individual_name: null,
    name: payer.name,
    phone: payer.shipping?.phone ?? null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}

function shippingDetails(
  payer: PayerRecord,
): Stripe.Checkout.Session.CollectedInformation.ShippingDetails | null {
  if (!payer.shipping) return null;
  return { name: payer.shipping.name, address: toAddress(payer.shipping.address) };
}

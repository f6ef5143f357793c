import type Stripe from 'stripe';
import { byTime, type Sandbox, type Work } from '../context.js';
import type { PayerRecord, SessionRecord } from '../store/records.js';
import { absent } from './absent.js';
import { nowInSeconds } from './clock.js';
import { recordEvent } from './events.js';
import { toPaymentIntent } from './payment-intents.js';

/** The name that the payment page and receipts show. */
export const MERCHANT = 'MicroMall';

/** Amounts are integers in minor units. */
export function totalsOf({ lines, shippingOptions }: Pick<SessionRecord, 'lines' | 'shippingOptions'>): {
  subtotal: number;
  shipping: number;
  total: number;
} {
  const subtotal = lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  const shipping = shippingOptions[0]?.amount ?? 0;
  return { subtotal, shipping, total: subtotal + shipping };
}

/** The shopper has paid. */
export function completeSession(sandbox: Work, session: SessionRecord): SessionRecord {
  const complete: SessionRecord = { ...session, status: 'complete', authentication: null };
  sandbox.store.sessions.put(complete);
  recordEvent(sandbox, 'checkout.session.completed', toSession(complete, sandbox));
  return complete;
}

/**
 * Ends an open session without a payment.
 * Its payment intent, if an attempt was made, is cancelled with it.
 */
export function expireSession(sandbox: Work, session: SessionRecord): SessionRecord {
  const expired: SessionRecord = { ...session, status: 'expired', authentication: null };
  sandbox.store.sessions.put(expired);
  const intent = sandbox.store.paymentIntents.get(session.paymentIntent);
  if (intent) {
    const canceledAt = nowInSeconds();
    const canceled = { ...intent, status: 'canceled' as const, canceledAt, paymentMethod: null };
    sandbox.store.paymentIntents.put(canceled);
    recordEvent(sandbox, 'payment_intent.canceled', toPaymentIntent(canceled));
  }
  recordEvent(sandbox, 'checkout.session.expired', toSession(expired, sandbox));
  return expired;
}

/** Every reader of a session comes through here, so that no one sees an open session that has run out. */
export function findSession(sandbox: Sandbox, id: string): SessionRecord | undefined {
  const session = sandbox.store.sessions.get(id);
  return session && expireIfDue(sandbox, session);
}

export function expireIfDue(sandbox: Sandbox, session: SessionRecord): SessionRecord {
  if (session.status !== 'open' || session.expiresAt > nowInSeconds()) return session;
  return expireSession(byTime(sandbox), session);
}

/** Where the shopper goes after paying; Stripe fills in the session's id. */
export function successUrlOf({ successUrl, id }: SessionRecord): string {
  return successUrl.replaceAll('{CHECKOUT_SESSION_ID}', id).replaceAll('%7BCHECKOUT_SESSION_ID%7D', id);
}

/** The path of the payment page. */
export function pagePath(sessionId: string): string {
  return `/c/pay/${sessionId}`;
}

/**
 * https://docs.stripe.com/api/checkout/sessions/object
 * `line_items` is absent unless it is asked for with `expand`.
 */
export function toSession(session: SessionRecord, { publicUrl }: Sandbox): Stripe.Checkout.Session {
  const totals = totalsOf(session);
  const payer = session.status === 'complete' ? session.payer : null;
  const [shipping] = session.shippingOptions;
  return {
    id: session.id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    allowed_payment_method_types: session.allowedPaymentMethodTypes,
    amount_subtotal: totals.subtotal,
    amount_total: totals.total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    collected_information: payer && {
      business_name: null,
      individual_name: null,
      shipping_details: payer.shipping && { name: payer.shipping.name, address: payer.shipping.address },
    },
    created: session.created,
    currency: session.currency,
    custom_fields: [],
    custom_text: absent('after_submit shipping_address submit terms_of_service_acceptance'),
    customer: session.customer,
    customer_creation: session.customer === null ? 'if_required' : null,
    customer_details: payer && customerDetails(payer),
    discounts: [],
    expires_at: session.expiresAt,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        metadata: {},
        ...absent('account_tax_ids custom_fields description footer issuer rendering_options'),
      },
    },
    livemode: false,
    metadata: session.metadata,
    mode: 'payment',
    payment_intent: session.paymentIntent,
    payment_method_collection: 'if_required',
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: session.status === 'complete' ? 'paid' : 'unpaid',
    phone_number_collection: { enabled: session.phoneNumberCollection },
    shipping_address_collection: session.shippingCountries && {
      allowed_countries: session.shippingCountries,
    },
    shipping_cost: shipping
      ? {
          amount_subtotal: shipping.amount,
          amount_tax: 0,
          amount_total: shipping.amount,
          shipping_rate: shipping.id,
        }
      : null,
    shipping_options: session.shippingOptions.map(({ amount, id }) => ({
      shipping_amount: amount,
      shipping_rate: id,
    })),
    status: session.status,
    success_url: session.successUrl,
    total_details: { amount_discount: 0, amount_shipping: totals.shipping, amount_tax: 0 },
    ui_mode: 'hosted_page',
    // A finished session has no page to go to any more.
    url: session.status === 'open' ? publicUrl + pagePath(session.id) : null,
    ...absent('after_expiration allow_promotion_codes billing_address_collection client_secret consent'),
    ...absent('consent_collection currency_conversion customer_account customer_email'),
    ...absent('integration_identifier invoice locale managed_payments origin_context payment_link'),
    ...absent('payment_method_configuration_details permissions recovered_from'),
    ...absent('saved_payment_method_options setup_intent submit_type subscription wallet_options'),
  };
}

function customerDetails(payer: PayerRecord): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: payer.shipping?.address ?? null,
    business_name: null,
    email: payer.email,
    individual_name: null,
    name: payer.name,
    phone: payer.shipping?.phone ?? null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}

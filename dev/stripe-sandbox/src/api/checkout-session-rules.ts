import type { Sandbox } from '../context.js';
import { nowInSeconds } from '../domain/clock.js';
import {
  LONGEST_LIFE_SECONDS,
  type SessionRequest,
  SHORTEST_LIFE_SECONDS,
} from '../domain/create-session.js';
import { formatMoney, MAXIMUM_CHARGE, minimumCharge } from '../domain/money.js';
import type { CreateSessionParameters } from './checkout-session-parameters.js';
import { invalidRequest, noSuchParameter, Refusal } from './refusals.js';

/** Rules of a new session that concern several parameters, or things that exist already. */
export function readSessionRequest(
  sandbox: Sandbox,
  parameters: CreateSessionParameters,
): SessionRequest | Refusal {
  const unsupported =
    refuseUnsupported(parameters) ?? checkCustomer(sandbox, parameters) ?? checkExpiry(parameters);
  if (unsupported) return unsupported;
  const currency = parameters.currency ?? parameters.line_items[0]?.price_data?.currency;
  if (currency === undefined) return missing('line_items');
  const lines = readLines(parameters, currency);
  if (lines instanceof Refusal) return lines;
  const shippingOptions = readShippingOptions(parameters, currency);
  if (shippingOptions instanceof Refusal) return shippingOptions;
  const total =
    lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0) + (shippingOptions[0]?.amount ?? 0);
  const refusedTotal = checkTotal(total, currency);
  if (refusedTotal) return refusedTotal;
  return { currency, lines, shippingOptions, expiresAt: parameters.expires_at, facts: factsOf(parameters) };
}

function missing(param: string): Refusal {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

function refuseUnsupported(parameters: CreateSessionParameters): Refusal | null {
  if (parameters.mode !== 'payment') {
    return invalidRequest(
      `This local stand-in for Stripe supports only the mode payment, not ${parameters.mode}.`,
      {
        code: 'sandbox_unsupported',
        param: 'mode',
      },
    );
  }
  if (parameters.ui_mode !== 'hosted_page') {
    return invalidRequest('This local stand-in for Stripe supports only the ui_mode hosted_page.', {
      code: 'sandbox_unsupported',
      param: 'ui_mode',
    });
  }
  return null;
}

function checkCustomer(
  sandbox: Sandbox,
  { customer, customer_email }: CreateSessionParameters,
): Refusal | null {
  if (customer === undefined) return null;
  if (customer_email !== undefined) {
    return invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer_email',
    });
  }
  return sandbox.store.customers.get(customer) ? null : noSuchParameter('customer', customer, 'customer');
}

function checkExpiry({ expires_at: expiresAt }: CreateSessionParameters): Refusal | null {
  if (expiresAt === undefined) return null;
  const life = expiresAt - nowInSeconds();
  if (life < SHORTEST_LIFE_SECONDS) {
    return invalidRequest(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      {
        param: 'expires_at',
      },
    );
  }
  if (life > LONGEST_LIFE_SECONDS) {
    return invalidRequest(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      {
        param: 'expires_at',
      },
    );
  }
  return null;
}

function readLines(parameters: CreateSessionParameters, currency: string): SessionRequest['lines'] | Refusal {
  if (parameters.line_items.length === 0) return missing('line_items');
  const lines: SessionRequest['lines'] = [];
  for (const [position, item] of parameters.line_items.entries()) {
    const param = `line_items[${position}]`;
    const data = item.price_data;
    if (!data && item.price !== undefined) return noSuchParameter('price', item.price, `${param}[price]`);
    if (!data) return missing(`${param}[price_data]`);
    if (data.currency !== currency) return otherCurrency(`${param}[price_data][currency]`, currency);
    lines.push({
      product: {
        name: data.product_data.name,
        description: data.product_data.description ?? null,
        images: data.product_data.images,
        metadata: data.product_data.metadata,
        taxCode: data.product_data.tax_code ?? null,
        unitLabel: data.product_data.unit_label ?? null,
      },
      unitAmount: data.unit_amount,
      quantity: item.quantity,
      taxBehavior: data.tax_behavior,
      metadata: item.metadata,
    });
  }
  return lines;
}

function readShippingOptions(
  parameters: CreateSessionParameters,
  currency: string,
): SessionRequest['shippingOptions'] | Refusal {
  const options: SessionRequest['shippingOptions'] = [];
  for (const [
    position,
    { shipping_rate: rate, shipping_rate_data: data },
  ] of parameters.shipping_options.entries()) {
    const param = `shipping_options[${position}]`;
    if (!data && rate !== undefined) return noSuchParameter('shipping rate', rate, `${param}[shipping_rate]`);
    if (!data) return missing(`${param}[shipping_rate_data]`);
    if (data.fixed_amount.currency !== currency) {
      return otherCurrency(`${param}[shipping_rate_data][fixed_amount][currency]`, currency);
    }
    options.push({
      displayName: data.display_name,
      amount: data.fixed_amount.amount,
      minimum: data.delivery_estimate?.minimum ?? null,
      maximum: data.delivery_estimate?.maximum ?? null,
      taxBehavior: data.tax_behavior,
      taxCode: data.tax_code ?? null,
      metadata: data.metadata,
    });
  }
  return options;
}

function otherCurrency(param: string, currency: string): Refusal {
  return invalidRequest(
    `All prices of a Checkout Session must have the same currency; this one must be ${currency}.`,
    {
      param,
    },
  );
}

function checkTotal(total: number, currency: string): Refusal | null {
  const minimum = minimumCharge(currency);
  if (total < minimum) {
    return invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${formatMoney(minimum, currency)}.`,
      { code: 'amount_too_small' },
    );
  }
  if (total <= MAXIMUM_CHARGE) return null;
  return invalidRequest(
    `The Checkout Session's total amount must be no more than ${formatMoney(MAXIMUM_CHARGE, currency)}.`,
    { code: 'amount_too_large' },
  );
}

function factsOf(parameters: CreateSessionParameters): SessionRequest['facts'] {
  const intent = parameters.payment_intent_data;
  return {
    shippingCountries: parameters.shipping_address_collection?.allowed_countries ?? null,
    customer: parameters.customer ?? null,
    customerEmail: parameters.customer_email ?? null,
    customerCreation:
      parameters.customer === undefined ? (parameters.customer_creation ?? 'if_required') : null,
    successUrl: parameters.success_url,
    cancelUrl: parameters.cancel_url ?? null,
    clientReferenceId: parameters.client_reference_id ?? null,
    merchantName: parameters.branding_settings?.display_name ?? 'MicroMall',
    locale: parameters.locale ?? null,
    submitType: parameters.submit_type ?? null,
    allowPromotionCodes: parameters.allow_promotion_codes ?? null,
    billingAddressCollection: parameters.billing_address_collection ?? null,
    phoneNumberCollection: parameters.phone_number_collection?.enabled ?? false,
    allowedPaymentMethodTypes: parameters.allowed_payment_method_types ?? null,
    excludedPaymentMethodTypes: parameters.excluded_payment_method_types,
    metadata: parameters.metadata,
    paymentIntentDescription: intent?.description ?? null,
    paymentIntentMetadata: intent?.metadata ?? {},
    paymentIntentReceiptEmail: intent?.receipt_email ?? null,
    statementDescriptor: intent?.statement_descriptor ?? null,
    statementDescriptorSuffix: intent?.statement_descriptor_suffix ?? null,
  };
}

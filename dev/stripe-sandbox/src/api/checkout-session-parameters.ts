import { z } from 'zod';
import {
  boolean,
  currency,
  email,
  integer,
  list,
  metadata,
  text,
  unsupported,
  webAddress,
} from './parameters.js';

/** The parameters of https://docs.stripe.com/api/checkout/sessions/create that the stand-in understands. */

const MAXIMUM_AMOUNT = 99_999_999;
const taxBehavior = z.enum(['exclusive', 'inclusive', 'unspecified']).default('unspecified');

const priceData = z.strictObject({
  currency: currency(),
  unit_amount: integer(0, MAXIMUM_AMOUNT),
  product_data: z.strictObject({
    name: text(1_500),
    description: text().optional(),
    images: list(webAddress(), 8).default([]),
    metadata: metadata().default({}),
    tax_code: text(50).optional(),
    unit_label: text(50).optional(),
    tax_details: unsupported(),
  }),
  tax_behavior: taxBehavior,
  product: unsupported(),
  recurring: unsupported(),
  unit_amount_decimal: unsupported(),
});

const lineItem = z.strictObject({
  price_data: priceData.optional(),
  price: text().optional(),
  quantity: integer(1, 999_999),
  metadata: metadata().default({}),
  adjustable_quantity: unsupported(),
  tax_rates: unsupported(),
});

const deliveryBound = z.strictObject({
  unit: z.enum(['business_day', 'day', 'hour', 'month', 'week']),
  value: integer(1, 10_000),
});

const shippingOption = z.strictObject({
  shipping_rate: text().optional(),
  shipping_rate_data: z
    .strictObject({
      display_name: text(100),
      type: z.enum(['fixed_amount']).optional(),
      fixed_amount: z.strictObject({
        amount: integer(0, MAXIMUM_AMOUNT),
        currency: currency(),
        currency_options: unsupported(),
      }),
      delivery_estimate: z
        .strictObject({ minimum: deliveryBound.optional(), maximum: deliveryBound.optional() })
        .optional(),
      metadata: metadata().default({}),
      tax_behavior: taxBehavior,
      tax_code: text(50).optional(),
    })
    .optional(),
});

const paymentIntentData = z.strictObject({
  description: text(1_000).optional(),
  metadata: metadata().default({}),
  receipt_email: email().optional(),
  statement_descriptor: text(22).optional(),
  statement_descriptor_suffix: text(22).optional(),
  capture_method: z.enum(['automatic', 'automatic_async']).optional(),
  application_fee_amount: unsupported(),
  on_behalf_of: unsupported(),
  setup_future_usage: unsupported(),
  shipping: unsupported(),
  transfer_data: unsupported(),
  transfer_group: unsupported(),
});

const methodNames = list(text(50), 50);

export const createSessionParameters = z.strictObject({
  mode: z.enum(['payment', 'setup', 'subscription']).default('payment'),
  ui_mode: z.enum(['hosted_page', 'embedded_page', 'elements', 'form']).default('hosted_page'),
  success_url: webAddress(),
  cancel_url: webAddress().optional(),
  line_items: list(lineItem, 100),
  currency: currency().optional(),
  customer: text().optional(),
  customer_email: email().optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  client_reference_id: text(200).optional(),
  metadata: metadata().default({}),
  payment_intent_data: paymentIntentData.optional(),
  allowed_payment_method_types: methodNames.optional(),
  excluded_payment_method_types: methodNames.default([]),
  shipping_address_collection: z
    .strictObject({
      allowed_countries: list(z.string().regex(/^[A-Z]{2}$/, 'must be a country code'), 250).min(1),
    })
    .optional(),
  shipping_options: list(shippingOption, 5).default([]),
  expires_at: integer(0, 99_999_999_999).optional(),
  locale: text(10).optional(),
  submit_type: z.enum(['auto', 'pay', 'book', 'donate', 'subscribe']).optional(),
  billing_address_collection: z.enum(['auto', 'required']).optional(),
  phone_number_collection: z.strictObject({ enabled: boolean() }).optional(),
  // Codes can be allowed, but the stand-in knows none.
  allow_promotion_codes: boolean().optional(),
  branding_settings: z
    .strictObject({
      display_name: text(100).optional(),
      background_color: z.string().optional(),
      border_style: z.string().optional(),
      button_color: z.string().optional(),
      font_family: z.string().optional(),
      icon: unsupported(),
      logo: unsupported(),
    })
    .optional(),
  adaptive_pricing: z.strictObject({ enabled: boolean() }).optional(),
  after_expiration: unsupported(),
  automatic_tax: unsupported(),
  consent_collection: unsupported(),
  custom_fields: unsupported(),
  custom_text: unsupported(),
  customer_account: unsupported(),
  customer_update: unsupported(),
  discounts: unsupported(),
  integration_identifier: unsupported(),
  invoice_creation: unsupported(),
  managed_payments: unsupported(),
  name_collection: unsupported(),
  optional_items: unsupported(),
  origin_context: unsupported(),
  payment_method_collection: unsupported(),
  payment_method_configuration: unsupported(),
  payment_method_data: unsupported(),
  payment_method_options: unsupported(),
  permissions: unsupported(),
  redirect_on_completion: unsupported(),
  return_url: unsupported(),
  saved_payment_method_options: unsupported(),
  setup_intent_data: unsupported(),
  subscription_data: unsupported(),
  tax_id_collection: unsupported(),
  wallet_options: unsupported(),
});

export type CreateSessionParameters = z.output<typeof createSessionParameters>;

import type Stripe from 'stripe';
import type { LineRecord, ProductRecord, SessionRecord, ShippingOptionRecord } from '../store/records.js';

/**
 * A price as it is on the wire. The SDK's own type holds a `Decimal`, which it makes out of this text
 * (https://github.com/stripe/stripe-node: decimal strings); a number here would reach the caller unchanged.
 */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string | null };
export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice };

export function toProduct(product: ProductRecord, created: number): Stripe.Product {
  return {
    id: product.id,
    object: 'product',
    // Products and prices made for one session are not for sale anywhere else, so Stripe archives them at once.
    active: false,
    created,
    default_price: null,
    description: product.description,
    images: product.images,
    livemode: false,
    marketing_features: [],
    metadata: product.metadata,
    name: product.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: product.taxCode,
    tax_details: null,
    type: 'service',
    unit_label: product.unitLabel,
    updated: created,
    url: null,
  };
}

function toPrice(line: LineRecord, currency: string, created: number): WirePrice {
  return {
    id: line.priceId,
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created,
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: line.product.id,
    recurring: null,
    tax_behavior: line.taxBehavior,
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: line.unitAmount,
    unit_amount_decimal: String(line.unitAmount),
  };
}

/** https://docs.stripe.com/api/checkout/sessions/line_items */
export function toLineItem(line: LineRecord, session: SessionRecord): WireLineItem {
  const amount = line.unitAmount * line.quantity;
  return {
    id: line.id,
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: session.currency,
    description: line.product.name,
    metadata: line.metadata,
    price: toPrice(line, session.currency, session.created),
    quantity: line.quantity,
  };
}

/** https://docs.stripe.com/api/shipping_rates/object */
export function toShippingRate(option: ShippingOptionRecord, session: SessionRecord): Stripe.ShippingRate {
  return {
    id: option.id,
    object: 'shipping_rate',
    active: true,
    created: session.created,
    delivery_estimate:
      option.minimum || option.maximum ? { minimum: option.minimum, maximum: option.maximum } : null,
    display_name: option.displayName,
    fixed_amount: { amount: option.amount, currency: session.currency },
    livemode: false,
    metadata: option.metadata,
    tax_behavior: option.taxBehavior,
    tax_code: option.taxCode,
    type: 'fixed_amount',
  };
}

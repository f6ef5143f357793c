import type Stripe from 'stripe';
import type { LineRecord, SessionRecord } from '../store/records.js';
import { absent } from './absent.js';

/**
 * A price as it is on the wire. The SDK's own type holds a `Decimal`, which it makes out of this text
 * (https://github.com/stripe/stripe-node: decimal strings); a number here would reach the caller unchanged.
 */
type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string };
type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice };

/**
 * https://docs.stripe.com/api/checkout/sessions/line_items
 * @param withProduct the product whole instead of its id
 */
export function toLineItem(line: LineRecord, session: SessionRecord, withProduct: boolean): WireLineItem {
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
    metadata: {},
    price: toPrice(line, session, withProduct),
    quantity: line.quantity,
  };
}

function toPrice(line: LineRecord, { currency, created }: SessionRecord, withProduct: boolean): WirePrice {
  return {
    id: line.priceId,
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created,
    currency,
    livemode: false,
    metadata: {},
    product: withProduct ? toProduct(line.product, created) : line.product.id,
    tax_behavior: 'unspecified',
    type: 'one_time',
    unit_amount: line.unitAmount,
    unit_amount_decimal: String(line.unitAmount),
    ...absent('custom_unit_amount lookup_key nickname recurring tiers_mode transform_quantity'),
  };
}

/** Products made for one session are not for sale anywhere else, so Stripe archives them at once. */
function toProduct({ id, name, metadata }: LineRecord['product'], created: number): Stripe.Product {
  return {
    id,
    object: 'product',
    active: false,
    created,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata,
    name,
    type: 'service',
    updated: created,
    ...absent('default_price description package_dimensions shippable statement_descriptor tax_code'),
    ...absent('tax_details unit_label url'),
  };
}

import type Stripe from 'stripe';
import type { AddressRecord, CustomerRecord, ShippingRecord } from '../store/records.js';

export function toAddress(address: AddressRecord): Stripe.Address {
  return { ...address };
}

export function toShipping(shipping: ShippingRecord): {
  name: string;
  phone: string | null;
  address: Stripe.Address;
} {
  return { name: shipping.name, phone: shipping.phone, address: toAddress(shipping.address) };
}

/** https://docs.stripe.com/api/customers/object */
export function toCustomer(customer: CustomerRecord): Stripe.Customer {
  return {
    id: customer.id,
    object: 'customer',
    address: customer.address && toAddress(customer.address),
    balance: 0,
    created: customer.created,
    currency: null,
    default_source: null,
    delinquent: false,
    description: customer.description,
    discount: null,
    email: customer.email,
    invoice_prefix: customer.invoicePrefix,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: customer.metadata,
    name: customer.name,
    next_invoice_sequence: 1,
    phone: customer.phone,
    preferred_locales: customer.preferredLocales,
    shipping: customer.shipping && toShipping(customer.shipping),
    tax_exempt: 'none',
    test_clock: null,
  };
}

import type Stripe from 'stripe';
import type { Work } from '../context.js';
import type { CustomerRecord, Metadata } from '../store/records.js';
import { absent } from './absent.js';
import { nowInSeconds } from './clock.js';
import { recordEvent } from './events.js';
import { newIdentifier } from './identifiers.js';

export function createCustomer(
  sandbox: Work,
  facts: { email: string | null; metadata: Metadata },
): CustomerRecord {
  const customer: CustomerRecord = {
    id: newIdentifier('cus_'),
    sequence: sandbox.store.nextSequence(),
    created: nowInSeconds(),
    ...facts,
  };
  sandbox.store.customers.put(customer);
  recordEvent(sandbox, 'customer.created', toCustomer(customer));
  return customer;
}

/** https://docs.stripe.com/api/customers/object */
export function toCustomer(customer: CustomerRecord): Stripe.Customer {
  return {
    id: customer.id,
    object: 'customer',
    balance: 0,
    created: customer.created,
    delinquent: false,
    email: customer.email,
    invoice_prefix: customer.id.slice(-8).toUpperCase(),
    invoice_settings: absent('custom_fields default_payment_method footer rendering_options'),
    livemode: false,
    metadata: customer.metadata,
    next_invoice_sequence: 1,
    preferred_locales: [],
    tax_exempt: 'none',
    ...absent('address currency default_source description discount name phone shipping test_clock'),
  };
}

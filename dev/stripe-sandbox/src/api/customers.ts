import { z } from 'zod';
import { createCustomer, updateCustomer } from '../domain/customers.js';
import { toCustomer } from '../objects/customer.js';
import { pageOf, pageParameters } from './pagination.js';
import {
  address,
  clearableText,
  email,
  isWithin,
  metadata,
  shipping,
  text,
  timeRange,
  unsupported,
} from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const cleared = z.literal('').transform(() => null);

const facts = {
  email: z.union([cleared, email()]).optional(),
  name: clearableText(256).optional(),
  phone: clearableText(20).optional(),
  description: clearableText(5000).optional(),
  address: z.union([cleared, address()]).optional(),
  shipping: z.union([cleared, shipping()]).optional(),
  preferred_locales: z.array(text(20)).max(20).optional(),
  metadata: metadata().optional(),
  balance: unsupported(),
  business_name: unsupported(),
  cash_balance: unsupported(),
  individual_name: unsupported(),
  invoice_prefix: unsupported(),
  invoice_settings: unsupported(),
  next_invoice_sequence: unsupported(),
  payment_method: unsupported(),
  source: unsupported(),
  tax: unsupported(),
  tax_exempt: unsupported(),
  tax_id_data: unsupported(),
  test_clock: unsupported(),
  validate: unsupported(),
};

const customerParameters = z.strictObject(facts);

const create = defineRoute(
  { method: 'post', path: '/v1/customers' },
  customerParameters,
  (sandbox, parameters, call) => {
    const { preferred_locales: preferredLocales, ...given } = parameters;
    return toCustomer(createCustomer(sandbox, { ...given, preferredLocales }, call.cause));
  },
);

const retrieve = defineRoute(
  { method: 'get', path: '/v1/customers/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    const customer = sandbox.store.customers.get(call.id);
    return customer ? toCustomer(customer) : noSuch('customer', call.id);
  },
);

const update = defineRoute(
  { method: 'post', path: '/v1/customers/:id' },
  customerParameters,
  (sandbox, parameters, call) => {
    const customer = sandbox.store.customers.get(call.id);
    if (!customer) return noSuch('customer', call.id);
    const { preferred_locales: preferredLocales, metadata: changes, ...given } = parameters;
    const merged = changes && mergeMetadata(customer.metadata, changes);
    return toCustomer(
      updateCustomer(sandbox, customer, { ...given, preferredLocales, metadata: merged }, call.cause),
    );
  },
);

/** Keys that are not named stay, an empty value takes a key away, and an empty object takes all away. */
export function mergeMetadata(
  before: Record<string, string>,
  changes: Record<string, string>,
): Record<string, string> {
  if (Object.keys(changes).length === 0) return {};
  const merged = { ...before, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

const list = defineRoute(
  { method: 'get', path: '/v1/customers' },
  z.strictObject({
    ...pageParameters,
    email: text(512).optional(),
    created: timeRange().optional(),
    test_clock: unsupported(),
  }),
  (sandbox, parameters) => {
    const { store } = sandbox;
    const all =
      parameters.email === undefined
        ? store.customers.newestFirst()
        : store.customersWithEmail(parameters.email);
    const found = all.filter((customer) => isWithin(customer.created, parameters.created));
    return pageOf(found, parameters, 'customer', '/v1/customers', toCustomer);
  },
);

export const customerRoutes = [create, list, retrieve, update];

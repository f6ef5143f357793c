import type { Cause, Sandbox } from '../context.js';
import { toCustomer } from '../objects/customer.js';
import type { AddressRecord, CustomerRecord, Metadata, ShippingRecord } from '../store/records.js';
import { recordEvent } from '../webhooks/record-event.js';
import { nowInSeconds } from './clock.js';
import { newIdentifier } from './identifiers.js';

export interface CustomerFacts {
  email?: string | null | undefined;
  name?: string | null | undefined;
  phone?: string | null | undefined;
  description?: string | null | undefined;
  address?: AddressRecord | null | undefined;
  shipping?: ShippingRecord | null | undefined;
  preferredLocales?: string[] | undefined;
  metadata?: Metadata | undefined;
}

export function createCustomer(sandbox: Sandbox, facts: CustomerFacts, cause: Cause): CustomerRecord {
  const id = newIdentifier('cus_');
  const customer: CustomerRecord = {
    id,
    sequence: sandbox.store.nextSequence(),
    created: nowInSeconds(),
    email: facts.email ?? null,
    name: facts.name ?? null,
    phone: facts.phone ?? null,
    description: facts.description ?? null,
    address: facts.address ?? null,
    shipping: facts.shipping ?? null,
    preferredLocales: facts.preferredLocales ?? [],
    metadata: facts.metadata ?? {},
    invoicePrefix: id.slice(-8).toUpperCase(),
  };
  sandbox.store.customers.put(customer);
  recordEvent(sandbox, cause, 'customer.created', toCustomer(customer));
  return customer;
}

/** Changes what is given and keeps the rest; null empties a field. */
export function updateCustomer(
  sandbox: Sandbox,
  before: CustomerRecord,
  facts: CustomerFacts,
  cause: Cause,
): CustomerRecord {
  const changes = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  const customer: CustomerRecord = { ...before, ...changes };
  sandbox.store.customers.put(customer);
  const former = toCustomer(before);
  const present = toCustomer(customer);
  const changed = Object.entries(former).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(present, name)),
  );
  recordEvent(sandbox, cause, 'customer.updated', present, Object.fromEntries(changed));
  return customer;
}

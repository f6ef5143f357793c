import type { Sandbox } from '../context.js';
import type { AddressRecord, PayerRecord, SessionRecord } from '../store/records.js';

/** Addresses that exist, so that a person who tries the shop can pay in seconds. */
const SAMPLE_ADDRESSES: Record<string, Omit<AddressRecord, 'line2' | 'country'>> = {
  SG: { line1: '1 Raffles Place', postal_code: '048616', city: 'Singapore', state: null },
  MY: { line1: '12 Jalan Ampang', postal_code: '50450', city: 'Kuala Lumpur', state: null },
  US: { line1: '510 Townsend Street', postal_code: '94103', city: 'San Francisco', state: 'CA' },
  GB: { line1: '10 Finsbury Square', postal_code: 'EC2A 1AF', city: 'London', state: null },
  DE: { line1: 'Unter den Linden 10', postal_code: '10117', city: 'Berlin', state: null },
};

const ELSEWHERE = { line1: '1 Main Street', postal_code: '10001', city: 'Springfield', state: null };

/** The e-mail that the shop has given; the shopper can't change it, as on Stripe's page. */
export function knownEmail({ store }: Sandbox, session: SessionRecord): string | null {
  return store.customers.get(session.customer)?.email ?? null;
}

/** What the form shows before anyone types: what the shopper typed last, else a sample. */
export function prefilledPayer(sandbox: Sandbox, session: SessionRecord): PayerRecord {
  if (session.payer) return session.payer;
  const name = 'Jenny Rosen';
  const country = session.shippingCountries?.[0];
  const address = country && { ...(SAMPLE_ADDRESSES[country] ?? ELSEWHERE), line2: null, country };
  return {
    email: knownEmail(sandbox, session) ?? '',
    name,
    shipping: address ? { name, phone: null, address } : null,
  };
}

/** A complete answer to the form for those who pay without a browser. */
export function samplePayer(sandbox: Sandbox, session: SessionRecord): PayerRecord {
  const payer = prefilledPayer(sandbox, session);
  return { ...payer, email: payer.email || 'jenny.rosen@example.com' };
}

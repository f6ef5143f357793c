import type { Sandbox } from '../context.js';

/** All amounts are integers in minor units. */
export interface Ledger {
  payments: {
    session: string;
    payment_intent: string;
    charge: string;
    client_reference_id: string | null;
    customer: string | null;
    amount: number;
    amount_refunded: number;
    currency: string;
    created: number;
    card: string;
    disputed: boolean;
    metadata: Record<string, string>;
    refunds: { id: string; amount: number; status: string; reason: string | null; created: number }[];
  }[];
  totals: Record<string, { paid: number; refunded: number }>;
  sessions: { open: number; complete: number; expired: number };
}

/** Every payment that succeeded, with what was given back: the other side of the shop's books. */
export function buildLedger(sandbox: Sandbox): Ledger {
  const { store } = sandbox;
  const ledger: Ledger = { payments: [], totals: {}, sessions: { open: 0, complete: 0, expired: 0 } };
  for (const session of store.sessions.values()) ledger.sessions[session.status] += 1;
  for (const charge of store.charges.values()) {
    if (charge.status !== 'succeeded') continue;
    const session = store.sessions.get(store.paymentIntents.get(charge.paymentIntent)?.session ?? '');
    const total = ledger.totals[charge.currency] ?? { paid: 0, refunded: 0 };
    total.paid += charge.amount;
    total.refunded += charge.amountRefunded;
    ledger.totals[charge.currency] = total;
    ledger.payments.push({
      session: session?.id ?? '',
      payment_intent: charge.paymentIntent,
      charge: charge.id,
      client_reference_id: session?.clientReferenceId ?? null,
      customer: charge.customer,
      amount: charge.amount,
      amount_refunded: charge.amountRefunded,
      currency: charge.currency,
      created: charge.created,
      card: `${charge.card.brand} ${charge.card.last4}`,
      disputed: charge.dispute !== null,
      metadata: charge.metadata,
      refunds: charge.refunds
        .flatMap((id) => store.refunds.get(id) ?? [])
        .map(({ id, amount, status, reason, created }) => ({ id, amount, status, reason, created })),
    });
  }
  return ledger;
}

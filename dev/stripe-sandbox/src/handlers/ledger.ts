import type { Sandbox } from '../context.js';
import type { ChargeRecord } from '../store/records.js';

/** Every payment that succeeded, with what was given back. All amounts are integers in minor units. */
export function buildLedger(sandbox: Sandbox) {
  const { store } = sandbox;
  const sessions = { open: 0, complete: 0, expired: 0 };
  for (const { status } of store.sessions.values()) sessions[status] += 1;
  const paid = Array.from(store.charges.values()).filter(({ status }) => status === 'succeeded');
  const totals: Record<string, { paid: number; refunded: number }> = {};
  for (const { currency, amount, amountRefunded } of paid) {
    const before = totals[currency] ?? { paid: 0, refunded: 0 };
    totals[currency] = { paid: before.paid + amount, refunded: before.refunded + amountRefunded };
  }
  return { payments: paid.map((charge) => toPayment(sandbox, charge)), totals, sessions };
}

function toPayment({ store }: Sandbox, charge: ChargeRecord) {
  const session = store.sessions.get(store.paymentIntents.get(charge.paymentIntent)?.session ?? null);
  return {
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
  };
}

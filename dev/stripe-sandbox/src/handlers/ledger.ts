import type { Sandbox } from '../context.js';
import type { ChargeRecord } from '../store/records.js';

/** Every payment that succeeded, with what was given back. All amounts are integers in minor units. */
export function buildLedger(sandbox: Sandbox) {
  const { store } = sandbox;
  const sessions = { open: 0, complete: 0, expired: 0 };
  for (const { status } of store.sessions.values()) sessions[status] += 1;
  const paid = Array.from(store.charges.values()).filter(({ status }) => status === 'succeeded');
  return { payments: paid.map((charge) => toPayment(sandbox, charge)), sessions };
}

function toPayment({ store }: Sandbox, charge: ChargeRecord) {
  return {
    session: store.paymentIntents.get(charge.paymentIntent)?.session ?? '',
    charge: charge.id,
    payment_intent: charge.paymentIntent,
    amount: charge.amount,
    amount_refunded: charge.amountRefunded,
    currency: charge.currency,
    created: charge.created,
    disputed: charge.dispute !== null,
    metadata: charge.metadata,
    refunds: charge.refunds
      .flatMap((id) => store.refunds.get(id) ?? [])
      .map(({ id, amount, status, reason, created }) => ({ id, amount, status, reason, created })),
  };
}

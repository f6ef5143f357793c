import type { Sandbox } from '../context.js';
import { formatMoney } from '../domain/money.js';
import type { ChargeRecord } from '../store/records.js';

/** What `views/receipt.ejs` shows: the page behind a charge's `receipt_url`. */
export function receiptView(sandbox: Sandbox, charge: ChargeRecord) {
  const intent = sandbox.store.paymentIntents.get(charge.paymentIntent);
  const session = sandbox.store.sessions.get(intent?.session ?? '');
  return {
    title: 'Receipt',
    merchant: session?.merchantName ?? 'MicroMall',
    amount: formatMoney(charge.amount, charge.currency),
    refunded: charge.amountRefunded === 0 ? null : formatMoney(charge.amountRefunded, charge.currency),
    paidAt: new Date(charge.created * 1000).toISOString().slice(0, 16).replace('T', ' '),
    card: `${charge.card.brand} ending in ${charge.card.last4}`,
    items: (session?.lines ?? []).map((line) => ({
      name: line.product.name,
      quantity: line.quantity,
      amount: formatMoney(line.unitAmount * line.quantity, charge.currency),
    })),
  };
}

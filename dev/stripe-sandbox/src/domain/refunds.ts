import type Stripe from 'stripe';
import { byTime, type Sandbox, type Work } from '../context.js';
import type { ChargeRecord, Metadata, RefundRecord } from '../store/records.js';
import { absent } from './absent.js';
import { behaviourOf, toCharge } from './charges.js';
import { nowInSeconds } from './clock.js';
import { recordEvent } from './events.js';
import { newIdentifier } from './identifiers.js';

/** How long a refund that does not settle at once takes; long enough to be seen, short enough to wait for. */
const SETTLING_MS = 3_000;

interface RefundRequest {
  /** Integer, minor units; undefined means all that is left. */
  amount: number | undefined;
  reason: string | null;
  metadata: Metadata;
}

type RefundOutcome =
  | { kind: 'refunded'; refund: RefundRecord }
  | { kind: 'already_refunded' }
  | { kind: 'disputed' }
  | { kind: 'too_large'; amount: number; left: number };

/** Gives money of a charge that succeeded back, once and never more than was paid. */
export function refundCharge(sandbox: Work, charge: ChargeRecord, request: RefundRequest): RefundOutcome {
  const left = charge.amount - charge.amountRefunded;
  if (left === 0) return { kind: 'already_refunded' };
  const dispute = sandbox.store.disputes.get(charge.dispute);
  if (dispute && !dispute.refundable && dispute.status !== 'won') return { kind: 'disputed' };
  const amount = request.amount ?? left;
  if (amount > left) return { kind: 'too_large', amount, left };

  const refund = newRefund(sandbox, charge, { ...request, amount });
  const refunded = {
    ...charge,
    amountRefunded: charge.amountRefunded + amount,
    refunds: [...charge.refunds, refund.id],
  };
  sandbox.store.refunds.put(refund);
  sandbox.store.charges.put(refunded);
  recordEvent(sandbox, 'refund.created', toRefund(refund, sandbox));
  recordEvent(sandbox, 'charge.refunded', toCharge(refunded, sandbox), {
    amount_refunded: charge.amountRefunded,
    refunded: false,
  });
  return { kind: 'refunded', refund };
}

function newRefund(
  sandbox: Sandbox,
  charge: ChargeRecord,
  { amount, reason, metadata }: RefundRequest & { amount: number },
): RefundRecord {
  const behaviour = behaviourOf(charge.card)?.refunds ?? 'succeed';
  return {
    id: newIdentifier('re_'),
    sequence: sandbox.store.nextSequence(),
    created: nowInSeconds(),
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    customer: charge.customer,
    amount,
    currency: charge.currency,
    reason,
    metadata,
    status: behaviour === 'pending-then-succeed' ? 'pending' : 'succeeded',
    failureReason: null,
    balanceTransaction: newIdentifier('txn_'),
    settlesAt: behaviour === 'succeed' ? null : Date.now() + SETTLING_MS,
  };
}

/** The second half of a refund whose card makes it pending first, or lets it fail later. */
export function settleRefund(sandbox: Sandbox, before: RefundRecord): RefundRecord {
  const charge = sandbox.store.charges.get(before.charge);
  if (before.settlesAt === null || !charge) return before;
  const previous = { status: before.status };
  if (before.status === 'pending') {
    const refund: RefundRecord = { ...before, status: 'succeeded', settlesAt: null };
    sandbox.store.refunds.put(refund);
    recordEvent(byTime(sandbox), 'refund.updated', toRefund(refund, sandbox), previous);
    return refund;
  }
  const refund: RefundRecord = {
    ...before,
    status: 'failed',
    failureReason: 'expired_or_canceled_card',
    settlesAt: null,
  };
  // The money came back to the shop, so that it can be refunded in another way.
  const restored = { ...charge, amountRefunded: charge.amountRefunded - refund.amount };
  sandbox.store.refunds.put(refund);
  sandbox.store.charges.put(restored);
  const failed = toRefund(refund, sandbox);
  recordEvent(byTime(sandbox), 'refund.updated', failed, previous);
  recordEvent(byTime(sandbox), 'refund.failed', failed);
  recordEvent(byTime(sandbox), 'charge.updated', toCharge(restored, sandbox), {
    amount_refunded: charge.amountRefunded,
  });
  return refund;
}

/** https://docs.stripe.com/api/refunds/object */
export function toRefund(refund: RefundRecord, { store }: Sandbox): Stripe.Refund {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: refund.balanceTransaction,
    charge: refund.charge,
    created: refund.created,
    currency: refund.currency,
    customer: refund.customer,
    destination_details: {
      type: 'card',
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    },
    ...(refund.failureReason !== null && { failure_reason: refund.failureReason }),
    metadata: refund.metadata,
    payment_intent: refund.paymentIntent,
    payment_method: store.charges.get(refund.charge)?.card.paymentMethod ?? null,
    reason: refund.reason,
    status: refund.status,
    ...absent('customer_account receipt_number source_transfer_reversal transfer_reversal'),
  };
}

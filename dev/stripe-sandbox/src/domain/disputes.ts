import type Stripe from 'stripe';
import { byTime, type Sandbox, type Work } from '../context.js';
import type { ChargeRecord, DisputeRecord } from '../store/records.js';
import { absent } from './absent.js';
import { behaviourOf, toCharge } from './charges.js';
import { nowInSeconds } from './clock.js';
import { recordEvent } from './events.js';
import { newIdentifier } from './identifiers.js';

const KINDS = {
  inquiry: { reason: 'general', status: 'warning_needs_response', refundable: true },
  'dispute-not-received': { reason: 'product_not_received', status: 'needs_response', refundable: false },
  'dispute-fraudulent': { reason: 'fraudulent', status: 'needs_response', refundable: false },
} as const;

/** Some cards bring a dispute once they have paid. */
export function openDisputeOf(sandbox: Sandbox, charge: ChargeRecord): void {
  const afterwards = behaviourOf(charge.card)?.afterwards ?? 'nothing';
  if (afterwards !== 'nothing') openDispute(sandbox, charge, KINDS[afterwards]);
}

function openDispute(
  sandbox: Sandbox,
  charge: ChargeRecord,
  kind: Pick<DisputeRecord, 'reason' | 'status' | 'refundable'>,
): void {
  const dispute: DisputeRecord = {
    id: newIdentifier('du_'),
    sequence: sandbox.store.nextSequence(),
    created: nowInSeconds(),
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    amount: charge.amount,
    currency: charge.currency,
    ...kind,
    brand: charge.card.brand,
    evidenceText: null,
  };
  const disputed = { ...charge, dispute: dispute.id };
  sandbox.store.disputes.put(dispute);
  sandbox.store.charges.put(disputed);
  recordEvent(byTime(sandbox), 'charge.dispute.created', toDispute(dispute));
  if (!dispute.refundable) recordEvent(byTime(sandbox), 'charge.dispute.funds_withdrawn', toDispute(dispute));
  recordEvent(byTime(sandbox), 'charge.updated', toCharge(disputed, sandbox), { disputed: false });
}

/**
 * Takes the shop's evidence. Three texts decide the case at once:
 * https://docs.stripe.com/testing#disputes
 */
export function answerDispute(sandbox: Work, before: DisputeRecord, evidenceText: string): DisputeRecord {
  const decided = decide({ ...before, evidenceText });
  const object = toDispute(decided);
  sandbox.store.disputes.put(decided);
  recordEvent(sandbox, 'charge.dispute.updated', object, { status: before.status });
  if (decided.status === 'needs_response' && before.status !== 'needs_response') {
    recordEvent(sandbox, 'charge.dispute.funds_withdrawn', object);
  }
  if (decided.status === 'won') recordEvent(sandbox, 'charge.dispute.funds_reinstated', object);
  if (FINAL.has(decided.status)) recordEvent(sandbox, 'charge.dispute.closed', object);
  return decided;
}

const FINAL = new Set(['won', 'lost', 'warning_closed']);

function decide(dispute: DisputeRecord): DisputeRecord {
  if (FINAL.has(dispute.status)) return dispute;
  const isInquiry = dispute.status.startsWith('warning_');
  switch (dispute.evidenceText) {
    case 'winning_evidence':
      return { ...dispute, status: isInquiry ? 'warning_closed' : 'won' };
    case 'losing_evidence':
      return { ...dispute, status: 'lost' };
    case 'escalate_inquiry_evidence':
      return isInquiry ? { ...dispute, status: 'needs_response', refundable: false } : dispute;
    default:
      return { ...dispute, status: isInquiry ? 'warning_under_review' : 'under_review' };
  }
}

const EVIDENCE_SECONDS = 7 * 24 * 60 * 60;

/** https://docs.stripe.com/api/disputes/object */
export function toDispute(dispute: DisputeRecord): Stripe.Dispute {
  const isAnswered = dispute.evidenceText !== null;
  return {
    id: dispute.id,
    object: 'dispute',
    amount: dispute.amount,
    balance_transactions: [],
    charge: dispute.charge,
    created: dispute.created,
    currency: dispute.currency,
    enhanced_eligibility_types: [],
    evidence: {
      enhanced_evidence: {},
      uncategorized_text: dispute.evidenceText,
      ...absent('access_activity_log billing_address cancellation_policy cancellation_policy_disclosure'),
      ...absent('cancellation_rebuttal customer_communication customer_email_address customer_name'),
      ...absent('customer_purchase_ip customer_signature duplicate_charge_documentation'),
      ...absent('duplicate_charge_explanation duplicate_charge_id product_description receipt'),
      ...absent('refund_policy refund_policy_disclosure refund_refusal_explanation service_date'),
      ...absent('service_documentation shipping_address shipping_carrier shipping_date'),
      ...absent('shipping_documentation shipping_tracking_number uncategorized_file'),
    },
    evidence_details: {
      due_by: dispute.created + EVIDENCE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: isAnswered,
      past_due: false,
      submission_count: isAnswered ? 1 : 0,
      submission_method: isAnswered ? 'manual' : 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: dispute.refundable,
    livemode: false,
    metadata: {},
    payment_intent: dispute.paymentIntent,
    payment_method_details: {
      type: 'card',
      card: {
        brand: dispute.brand,
        case_type: dispute.status.startsWith('warning_') ? 'inquiry' : 'chargeback',
        network: dispute.brand,
        network_reason_code: null,
      },
    },
    reason: dispute.reason,
    status: dispute.status,
  };
}

import type { Cause, Sandbox } from '../context.js';
import { toCharge } from '../objects/charge.js';
import { toDispute } from '../objects/dispute.js';
import type { ChargeRecord, DisputeRecord, Metadata } from '../store/records.js';
import { recordEvent } from '../webhooks/record-event.js';
import type { CardBehaviour } from './cards.js';
import { nowInSeconds } from './clock.js';
import { newIdentifier } from './identifiers.js';

/** What some cards bring once they have paid. */
export function happensAfterwards(
  sandbox: Sandbox,
  charge: ChargeRecord,
  afterwards: CardBehaviour['afterwards'],
): void {
  switch (afterwards) {
    case 'nothing':
      return;
    case 'early-fraud-warning':
      warnOfFraud(sandbox, charge);
      return;
    case 'inquiry':
      openDispute(sandbox, charge, { reason: 'general', status: 'warning_needs_response', refundable: true });
      return;
    case 'dispute-not-received':
      openDispute(sandbox, charge, {
        reason: 'product_not_received',
        status: 'needs_response',
        refundable: false,
      });
      return;
    case 'dispute-fraudulent':
      openDispute(sandbox, charge, { reason: 'fraudulent', status: 'needs_response', refundable: false });
      return;
  }
}

function warnOfFraud(sandbox: Sandbox, charge: ChargeRecord): void {
  recordEvent(sandbox, null, 'radar.early_fraud_warning.created', {
    id: newIdentifier('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: nowInSeconds(),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: charge.paymentIntent,
  });
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
    metadata: {},
  };
  const disputed = { ...charge, dispute: dispute.id };
  sandbox.store.disputes.put(dispute);
  sandbox.store.charges.put(disputed);
  recordEvent(sandbox, null, 'charge.dispute.created', toDispute(dispute));
  if (!dispute.refundable) recordEvent(sandbox, null, 'charge.dispute.funds_withdrawn', toDispute(dispute));
  recordEvent(sandbox, null, 'charge.updated', toCharge(disputed, sandbox.publicUrl), { disputed: false });
}

export interface DisputeAnswer {
  evidenceText: string | null;
  metadata: Metadata;
}

/**
 * Takes the shop's evidence. Three texts decide the case at once:
 * https://docs.stripe.com/testing#disputes
 */
export function answerDispute(
  sandbox: Sandbox,
  before: DisputeRecord,
  answer: DisputeAnswer,
  cause: Cause,
): DisputeRecord {
  const told: DisputeRecord = { ...before, ...answer };
  const decided = decide(told);
  sandbox.store.disputes.put(decided);
  const previous = { status: before.status };
  recordEvent(sandbox, cause, 'charge.dispute.updated', toDispute(decided), previous);
  if (decided.status === 'needs_response' && before.status !== 'needs_response') {
    recordEvent(sandbox, cause, 'charge.dispute.funds_withdrawn', toDispute(decided));
  }
  if (!FINAL.has(decided.status)) return decided;
  if (decided.status === 'won')
    recordEvent(sandbox, cause, 'charge.dispute.funds_reinstated', toDispute(decided));
  recordEvent(sandbox, cause, 'charge.dispute.closed', toDispute(decided));
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
    case null:
      return dispute;
    default:
      return { ...dispute, status: isInquiry ? 'warning_under_review' : 'under_review' };
  }
}

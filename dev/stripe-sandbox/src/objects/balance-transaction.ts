import type Stripe from 'stripe';
import type { ChargeRecord, RefundRecord } from '../store/records.js';

const TWO_DAYS = 2 * 24 * 60 * 60;

/** https://docs.stripe.com/api/balance_transactions/object; the stand-in takes no fee. */
export function toBalanceTransaction(
  source: ChargeRecord | RefundRecord,
  id: string,
): Stripe.BalanceTransaction {
  const isCharge = 'amountRefunded' in source;
  const amount = isCharge ? source.amount : -source.amount;
  return {
    id,
    object: 'balance_transaction',
    amount,
    available_on: source.created + TWO_DAYS,
    balance_type: 'payments',
    created: source.created,
    currency: source.currency,
    description: null,
    exchange_rate: null,
    fee: 0,
    fee_details: [],
    net: amount,
    reporting_category: isCharge ? 'charge' : 'refund',
    source: source.id,
    status: 'pending',
    type: isCharge ? 'charge' : 'refund',
  };
}

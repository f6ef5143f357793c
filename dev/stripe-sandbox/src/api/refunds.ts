import { z } from 'zod';
import type { Sandbox } from '../context.js';
import { formatMoney } from '../domain/money.js';
import { refundCharge } from '../domain/refunds.js';
import type { ChargeRecord, RefundRecord } from '../store/records.js';
import { dressRefund } from './lookup.js';
import { pageOf, pageParameters } from './pagination.js';
import { integer, isWithin, metadata, text, timeRange, unsupported } from './parameters.js';
import { impossible, invalidRequest, noSuch, noSuchParameter, Refusal } from './refusals.js';
import { defineRoute } from './route.js';

const createParameters = z.strictObject({
  payment_intent: text().optional(),
  charge: text().optional(),
  amount: integer(1, 99_999_999).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata().optional(),
  currency: unsupported(),
  customer: unsupported(),
  instructions_email: unsupported(),
  origin: unsupported(),
  refund_application_fee: unsupported(),
  reverse_transfer: unsupported(),
});

const create = defineRoute(
  { method: 'post', path: '/v1/refunds', durable: true },
  createParameters,
  (sandbox, parameters, call) => {
    const charge = chargeToRefund(sandbox, parameters);
    if (charge instanceof Refusal) return charge;
    const { amount, reason = null, metadata: given = {} } = parameters;
    const outcome = refundCharge(sandbox, charge, { amount, reason, metadata: given }, call.cause);
    switch (outcome.kind) {
      case 'refunded':
        return dressRefund(sandbox, outcome.refund);
      case 'already_refunded':
        return impossible(`Charge ${charge.id} has already been refunded.`, {
          code: 'charge_already_refunded',
        });
      case 'disputed':
        return impossible(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
          code: 'charge_disputed',
        });
      case 'not_paid':
        return impossible(`Charge ${charge.id} was not successful, so there is nothing to refund.`);
      case 'too_large': {
        const asked = formatMoney(outcome.amount, charge.currency);
        const left = formatMoney(outcome.left, charge.currency);
        return impossible(`Refund amount (${asked}) is greater than unrefunded amount on charge (${left})`, {
          param: 'amount',
        });
      }
    }
  },
);

function chargeToRefund(
  sandbox: Sandbox,
  { charge, payment_intent: intent }: { charge?: string | undefined; payment_intent?: string | undefined },
): ChargeRecord | Refusal {
  const { store } = sandbox;
  if (charge !== undefined) return store.charges.get(charge) ?? noSuchParameter('charge', charge, 'charge');
  if (intent === undefined) {
    return invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
      },
    );
  }
  const found = store.paymentIntents.get(intent);
  if (!found) return noSuchParameter('payment_intent', intent, 'payment_intent');
  const latest = store.charges.get(found.charges.at(-1) ?? '');
  if (latest && found.status === 'succeeded') return latest;
  return impossible(`This PaymentIntent (${intent}) does not have a successful charge to refund.`, {
    param: 'payment_intent',
  });
}

const retrieve = defineRoute(
  { method: 'get', path: '/v1/refunds/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    const refund = sandbox.store.refunds.get(call.id);
    return refund ? dressRefund(sandbox, refund) : noSuch('refund', call.id);
  },
);

const list = defineRoute(
  { method: 'get', path: '/v1/refunds' },
  z.strictObject({
    ...pageParameters,
    payment_intent: text().optional(),
    charge: text().optional(),
    created: timeRange().optional(),
  }),
  (sandbox, parameters) => {
    const found = candidates(sandbox, parameters).filter((refund) =>
      isWithin(refund.created, parameters.created),
    );
    return pageOf(found, parameters, 'refund', '/v1/refunds', (refund) => dressRefund(sandbox, refund));
  },
);

function candidates(
  sandbox: Sandbox,
  { charge, payment_intent: intent }: { charge?: string | undefined; payment_intent?: string | undefined },
): RefundRecord[] {
  const { store } = sandbox;
  if (charge === undefined && intent === undefined) return store.refunds.newestFirst();
  const charges = charge === undefined ? (store.paymentIntents.get(intent ?? '')?.charges ?? []) : [charge];
  return charges
    .flatMap((id) => store.charges.get(id)?.refunds ?? [])
    .flatMap((id) => store.refunds.get(id) ?? [])
    .filter((refund) => intent === undefined || refund.paymentIntent === intent)
    .reverse();
}

export const refundRoutes = [create, list, retrieve];

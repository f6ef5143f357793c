import { z } from 'zod';
import type { Sandbox } from '../context.js';
import { formatMoney, MAXIMUM_CHARGE } from '../domain/money.js';
import { refundCharge, toRefund } from '../domain/refunds.js';
import type { ChargeRecord } from '../store/records.js';
import { pageOf, pageParameters } from './lists.js';
import { integer, metadata, text } from './parameters.js';
import { impossible, noSuchParameter, Refusal } from './refusals.js';
import { defineRoute } from './route.js';

const ADDRESS = '/v1/refunds';

const create = defineRoute(
  { method: 'post', path: ADDRESS },
  z.strictObject({
    payment_intent: text(),
    amount: integer(1, MAXIMUM_CHARGE).optional(),
    reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    metadata: metadata(),
  }),
  (sandbox, { payment_intent: intent, amount, reason = null, metadata }) => {
    const charge = chargeOf(sandbox, intent);
    if (charge instanceof Refusal) return charge;
    const outcome = refundCharge(sandbox, charge, { amount, reason, metadata });
    switch (outcome.kind) {
      case 'refunded':
        return toRefund(outcome.refund, sandbox);
      case 'already_refunded':
        return impossible(`Charge ${charge.id} has already been refunded.`, {
          code: 'charge_already_refunded',
        });
      case 'disputed':
        return impossible(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
          code: 'charge_disputed',
        });
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

/** The charge that paid an intent. */
function chargeOf({ store }: Sandbox, intent: string): ChargeRecord | Refusal {
  const found = store.paymentIntents.get(intent);
  if (!found) return noSuchParameter('payment_intent', intent, 'payment_intent');
  const latest = store.charges.get(found.charges.at(-1) ?? null);
  if (latest && found.status === 'succeeded') return latest;
  return impossible(`This PaymentIntent (${intent}) does not have a successful charge to refund.`, {
    param: 'payment_intent',
  });
}

const list = defineRoute(
  { method: 'get', path: ADDRESS },
  z.strictObject({ ...pageParameters, payment_intent: text().optional() }),
  (sandbox, { payment_intent: intent, ...page }) => {
    const { refunds, paymentIntents, charges } = sandbox.store;
    const found =
      intent === undefined
        ? refunds.newestFirst()
        : (paymentIntents.get(intent)?.charges ?? [])
            .flatMap((id) => charges.get(id)?.refunds ?? [])
            .flatMap((id) => refunds.get(id) ?? [])
            .reverse();
    return pageOf(sandbox, ADDRESS, found, page, toRefund);
  },
);

export const refundRoutes = [create, list];

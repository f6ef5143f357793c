import { z } from 'zod';
import { toCharge } from '../objects/charge.js';
import { pageOf, pageParameters } from './pagination.js';
import { isWithin, text, timeRange, unsupported } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const retrieve = defineRoute(
  { method: 'get', path: '/v1/charges/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    const charge = sandbox.store.charges.get(call.id);
    return charge ? toCharge(charge, sandbox.publicUrl) : noSuch('charge', call.id);
  },
);

const list = defineRoute(
  { method: 'get', path: '/v1/charges' },
  z.strictObject({
    ...pageParameters,
    payment_intent: text().optional(),
    customer: text().optional(),
    created: timeRange().optional(),
    transfer_group: unsupported(),
  }),
  (sandbox, parameters) => {
    const { store } = sandbox;
    const all =
      parameters.payment_intent === undefined
        ? store.charges.newestFirst()
        : (store.paymentIntents.get(parameters.payment_intent)?.charges ?? [])
            .flatMap((id) => store.charges.get(id) ?? [])
            .reverse();
    const found = all.filter(
      (charge) =>
        (parameters.customer ?? charge.customer) === charge.customer &&
        isWithin(charge.created, parameters.created),
    );
    return pageOf(found, parameters, 'charge', '/v1/charges', (charge) =>
      toCharge(charge, sandbox.publicUrl),
    );
  },
);

export const chargeRoutes = [list, retrieve];

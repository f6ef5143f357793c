import { z } from 'zod';
import { toPaymentIntent } from '../objects/payment-intent.js';
import { pageOf, pageParameters } from './pagination.js';
import { isWithin, text, timeRange, unsupported } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const retrieve = defineRoute(
  { method: 'get', path: '/v1/payment_intents/:id' },
  z.strictObject({ client_secret: text().optional() }),
  (sandbox, _, call) => {
    const intent = sandbox.store.paymentIntents.get(call.id);
    return intent ? toPaymentIntent(intent) : noSuch('payment_intent', call.id, 'intent');
  },
);

const list = defineRoute(
  { method: 'get', path: '/v1/payment_intents' },
  z.strictObject({
    ...pageParameters,
    customer: text().optional(),
    created: timeRange().optional(),
    customer_account: unsupported(),
  }),
  (sandbox, parameters) => {
    const found = sandbox.store.paymentIntents
      .newestFirst()
      .filter(
        (intent) =>
          (parameters.customer ?? intent.customer) === intent.customer &&
          isWithin(intent.created, parameters.created),
      );
    return pageOf(found, parameters, 'payment_intent', '/v1/payment_intents', toPaymentIntent);
  },
);

export const paymentIntentRoutes = [list, retrieve];

import { z } from 'zod';
import { answerDispute, toDispute } from '../domain/disputes.js';
import { pageOf, pageParameters } from './lists.js';
import { text } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const ADDRESS = '/v1/disputes';

const list = defineRoute(
  { method: 'get', path: ADDRESS },
  z.strictObject({ ...pageParameters, payment_intent: text().optional() }),
  (sandbox, { payment_intent: intent, ...page }) => {
    const all = sandbox.store.disputes.newestFirst();
    const found = intent === undefined ? all : all.filter(({ paymentIntent }) => paymentIntent === intent);
    return pageOf(sandbox, ADDRESS, found, page, toDispute);
  },
);

const update = defineRoute(
  { method: 'post', path: `${ADDRESS}/:id` },
  z.strictObject({ evidence: z.strictObject({ uncategorized_text: text(20_000) }) }),
  (sandbox, { evidence }, id) => {
    const dispute = sandbox.store.disputes.get(id);
    if (!dispute) return noSuch('dispute', id);
    return toDispute(answerDispute(sandbox, dispute, evidence.uncategorized_text));
  },
);

export const disputeRoutes = [list, update];

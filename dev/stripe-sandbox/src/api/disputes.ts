import { z } from 'zod';
import { answerDispute } from '../domain/disputes.js';
import { toDispute } from '../objects/dispute.js';
import { mergeMetadata } from './customers.js';
import { pageOf, pageParameters } from './pagination.js';
import { boolean, isWithin, metadata, text, timeRange } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const retrieve = defineRoute(
  { method: 'get', path: '/v1/disputes/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    const dispute = sandbox.store.disputes.get(call.id);
    return dispute ? toDispute(dispute) : noSuch('dispute', call.id);
  },
);

const list = defineRoute(
  { method: 'get', path: '/v1/disputes' },
  z.strictObject({
    ...pageParameters,
    charge: text().optional(),
    payment_intent: text().optional(),
    created: timeRange().optional(),
  }),
  (sandbox, parameters) => {
    const found = sandbox.store.disputes
      .newestFirst()
      .filter(
        (dispute) =>
          (parameters.charge ?? dispute.charge) === dispute.charge &&
          (parameters.payment_intent ?? dispute.paymentIntent) === dispute.paymentIntent &&
          isWithin(dispute.created, parameters.created),
      );
    return pageOf(found, parameters, 'dispute', '/v1/disputes', toDispute);
  },
);

const update = defineRoute(
  { method: 'post', path: '/v1/disputes/:id', durable: true },
  z.strictObject({
    evidence: z.strictObject({ uncategorized_text: text(20_000).optional() }).optional(),
    metadata: metadata().optional(),
    submit: boolean().optional(),
  }),
  (sandbox, parameters, call) => {
    const dispute = sandbox.store.disputes.get(call.id);
    if (!dispute) return noSuch('dispute', call.id);
    const answer = {
      evidenceText: parameters.evidence?.uncategorized_text ?? dispute.evidenceText,
      metadata: parameters.metadata ? mergeMetadata(dispute.metadata, parameters.metadata) : dispute.metadata,
    };
    return toDispute(answerDispute(sandbox, dispute, answer, call.cause));
  },
);

export const disputeRoutes = [list, retrieve, update];

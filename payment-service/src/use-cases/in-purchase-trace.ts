import { currentTrace, runInTrace } from '@micromall/platform';
import type Stripe from 'stripe';
import { purchaseTraceOf } from '../domain/purchase-trace.js';

/** Does work in the trace that these metadata name, or in the current one if they name none. */
export function inPurchaseTrace<Result>(
  metadata: Stripe.Metadata | null | undefined,
  work: () => Result,
): Result {
  const traceId = purchaseTraceOf(metadata);
  return traceId === undefined ? work() : runInTrace({ ...currentTrace(), traceId }, work);
}

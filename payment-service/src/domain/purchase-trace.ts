import { currentTrace, runInTrace } from '@micromall/platform';
import type Stripe from 'stripe';

const traceIdPattern = /^[0-9a-f]{32}$/;

/**
 * What Stripe keeps with a payment so that whatever is heard of it later, by webhook or by asking, belongs to the
 * trace of the "Pay now" that began it. It also finds the logs from Stripe's own dashboard.
 */
export function purchaseTrace(): { traceId?: string } {
  const trace = currentTrace();
  return trace ? { traceId: trace.traceId } : {};
}

/** Does work in the trace that these metadata name, or in the current one if they name none. */
export function inPurchaseTrace<Result>(
  metadata: Stripe.Metadata | null | undefined,
  work: () => Result,
): Result {
  const traceId = metadata?.traceId;
  if (traceId === undefined || !traceIdPattern.test(traceId)) return work();
  return runInTrace({ ...currentTrace(), traceId }, work);
}

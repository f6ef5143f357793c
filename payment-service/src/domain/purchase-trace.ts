import type Stripe from 'stripe';

const traceIdPattern = /^[0-9a-f]{32}$/;

/** The trace of the "Pay now" that these metadata name; undefined if they name none. */
export function purchaseTraceOf(metadata: Stripe.Metadata | null | undefined): string | undefined {
  const traceId = metadata?.traceId;
  return traceId !== undefined && traceIdPattern.test(traceId) ? traceId : undefined;
}

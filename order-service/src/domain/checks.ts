/**
 * How long an order that waits for its payment is left alone before payment-service is asked about it, and after each
 * check. With CHECKOUT_SWEEP_MS it stays under the minute in which every payment is an order, even if every event of
 * it was lost.
 */
export const checkPaymentEveryMs = 40_000;

/** How long a refund may take before it is asked for again. */
export const refundTimeoutMs = 5 * 60_000;

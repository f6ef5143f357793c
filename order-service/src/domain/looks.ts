/**
 * How long an order that waits for its payment is left alone before the sweeper asks how it stands, and after each
 * time. With CHECKOUT_SWEEP_MS it stays under the minute in which every payment is an order, even if all news of it
 * was lost.
 */
export const lookEveryMs = 40_000;

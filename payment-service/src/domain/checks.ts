const longestPauseMs = 10 * 60_000;

/**
 * When Stripe is asked about something after `checks` checks in vain: after `firstMs`, twice that, four times that …
 * at most ten minutes.
 */
export function nextCheck(checks: number, now: Date, firstMs: number): Date {
  return new Date(now.getTime() + Math.min(longestPauseMs, firstMs * 2 ** checks));
}

const longestMs = 10 * 60_000;

/**
 * When Stripe is asked again about something after `looks` fruitless looks: after `firstMs`, twice that, four times
 * that … at most ten minutes.
 */
export function nextLook(looks: number, now: Date, firstMs: number): Date {
  return new Date(now.getTime() + Math.min(longestMs, firstMs * 2 ** looks));
}

const shortestMs = 60_000;
const longestMs = 10 * 60_000;

/** When Stripe is asked again about something after `looks` fruitless looks: after one minute, two, four … ten. */
export function nextLook(looks: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(longestMs, shortestMs * 2 ** looks));
}

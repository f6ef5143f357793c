import { createHmac } from 'node:crypto';
import { nowInSeconds } from '../domain/clock.js';

/** A receiver that hasn't answered by then has failed. */
const TIMEOUT_MS = 10_000;

type PostResult = { status: number; error: null } | { status: null; error: string };

/**
 * Sends a signed event: https://docs.stripe.com/webhooks#verify-manually
 * @param secret the whole `whsec_…` text
 */
export async function postEvent(
  url: string,
  secret: string,
  body: string,
  stopped: AbortSignal,
): Promise<PostResult> {
  const timestamp = nowInSeconds();
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': `t=${timestamp},v1=${signature}`,
      },
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    // Read to its end, so that the connection can be used again.
    await response.arrayBuffer();
    return { status: response.status, error: null };
  } catch (error) {
    return { status: null, error: reasonOf(error) };
  }
}

/** `fetch` says only "fetch failed"; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const text = cause instanceof Error ? cause.message || cause.name : error.message;
  return text || error.name;
}

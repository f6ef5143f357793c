import Stripe from 'stripe';
import type { Config } from '../../config.js';

/** Options of requests for which a caller waits: they must not take longer than that caller's timeout. */
export const quickly = { timeout: 3_000, maxNetworkRetries: 1 } as const;

/**
 * The SDK, pointed at Stripe or at the stand-in. It repeats a call that got no answer, with the same idempotency key.
 * @param httpClient what carries the requests, if not Node's own
 */
export function createStripe(
  { STRIPE_PRIVATE_KEY, STRIPE_API_URL }: Pick<Config, 'STRIPE_PRIVATE_KEY' | 'STRIPE_API_URL'>,
  httpClient?: Stripe.HttpClient,
): Stripe {
  return new Stripe(STRIPE_PRIVATE_KEY, {
    ...(STRIPE_API_URL === undefined ? {} : addressOf(new URL(STRIPE_API_URL))),
    ...(httpClient ? { httpClient } : {}),
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
    appInfo: { name: 'MicroMall' },
  });
}

function addressOf({ protocol, hostname, port }: URL) {
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return { host: hostname, port: port || (scheme === 'https' ? '443' : '80'), protocol: scheme } as const;
}

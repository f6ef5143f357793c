import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header: HMAC-SHA256 over the time and the exact bytes of the body.
 * Source: https://docs.stripe.com/webhooks#verify-manually
 * @param secret the whole `whsec_…` text
 * @param timestamp seconds since 1970; receivers refuse what is older than five minutes
 */
export function signatureHeader(secret: string, timestamp: number, body: string): string {
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}

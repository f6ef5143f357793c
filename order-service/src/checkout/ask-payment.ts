import { type CheckoutStatus, checkPayment, expireCheckout } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { Context } from '../context.js';

/** How a checkout stands, or why that is not known: no session was ever opened, or nobody answers now. */
export type Answer = CheckoutStatus | 'unknown-checkout' | 'no-answer';

/**
 * Asks payment-service about the checkout of an order, or to end it. Silence is an answer too: whoever asks can go
 * on, and the sweeper asks again.
 * @param timeoutMs the longest to wait, if not as long as the contract says
 */
export async function askPayment(
  context: Context,
  contract: typeof checkPayment | typeof expireCheckout,
  orderId: string,
  timeoutMs?: number,
): Promise<Answer> {
  try {
    const reply = await context.rpc.call(contract, { orderId }, { timeoutMs });
    if (reply.ok) return reply.status;
    if (reply.error.code === 'checkout-unknown') return 'unknown-checkout';
    context.logger.warn({ orderId, reason: reply.error.message }, 'Stripe could not be asked');
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    context.logger.warn({ orderId, fault: error.fault }, 'payment-service could not be asked');
  }
  return 'no-answer';
}

/** How the checkout of an order stands now. */
export function askStatus(context: Context, orderId: string, timeoutMs?: number): Promise<Answer> {
  return askPayment(context, checkPayment, orderId, timeoutMs);
}

/** Ends the checkout unless it is paid. One that was never opened can not be paid, so it counts as expired. */
export async function endCheckout(
  context: Context,
  orderId: string,
  timeoutMs?: number,
): Promise<CheckoutStatus | 'no-answer'> {
  const answer = await askPayment(context, expireCheckout, orderId, timeoutMs);
  return answer === 'unknown-checkout' ? 'expired' : answer;
}

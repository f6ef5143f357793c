import { type CheckoutStatus, checkPayment, expireCheckout, openCheckout } from '@micromall/contracts';
import type { Context } from '../context.js';
import type { Checkout, OrderRecord } from '../domain/order.js';

/** How a checkout stands, or why that is not known: no session was ever opened, or nobody answers now. */
export type Answer = CheckoutStatus | 'unknown-checkout' | 'no-answer';

/** Leaves the answer time to reach the caller before it gives up. */
const answerMarginMs = 500;

/**
 * Opens the payment page of an order; the same order has the same page.
 * @param deadline when whoever asked for it stops waiting
 * @returns undefined if Stripe or payment-service does not open it now
 */
export async function openPaymentPage(
  { rpc, logger }: Context,
  order: OrderRecord,
  deadline: Date | undefined,
): Promise<Checkout | undefined> {
  const leftMs = deadline ? deadline.getTime() - Date.now() - answerMarginMs : openCheckout.timeoutMs;
  const reply = await rpc.tryCall(
    openCheckout,
    {
      orderId: order._id,
      number: order.number,
      userId: order.userId,
      email: order.email,
      lines: order.lines.map(({ productId, name, price, quantity }) => ({
        productId,
        name,
        price,
        quantity,
      })),
      shipping: order.shipping,
      currency: order.currency,
      cancelToken: order.cancelToken,
      expiresAt: order.expiresAt.toISOString(),
    },
    { timeoutMs: Math.max(1, Math.min(openCheckout.timeoutMs, leftMs)) },
  );
  if (reply.ok) return { sessionId: reply.sessionId, url: reply.url };
  const { code, message } = reply.error;
  logger.warn({ orderId: order._id, code, reason: message }, 'payment page not opened');
  return undefined;
}

/**
 * How the checkout of an order stands now.
 * @param timeoutMs the longest to wait, if not as long as the contract says
 */
export function askStatus(context: Context, orderId: string, timeoutMs?: number): Promise<Answer> {
  return ask(context, checkPayment, orderId, timeoutMs);
}

/** Ends the checkout unless it is paid. One that was never opened can not be paid, so it counts as expired. */
export async function endCheckout(context: Context, orderId: string): Promise<CheckoutStatus | 'no-answer'> {
  const answer = await ask(context, expireCheckout, orderId);
  return answer === 'unknown-checkout' ? 'expired' : answer;
}

/** Silence is an answer too: whoever asks can go on, and the sweeper asks again. */
async function ask(
  { rpc, logger }: Context,
  contract: typeof checkPayment | typeof expireCheckout,
  orderId: string,
  timeoutMs?: number,
): Promise<Answer> {
  const reply = await rpc.tryCall(contract, { orderId }, { timeoutMs });
  if (reply.ok) return reply.status;
  const { code, message } = reply.error;
  if (code === 'checkout-unknown') return 'unknown-checkout';
  logger.warn({ orderId, code, reason: message }, 'payment-service could not be asked');
  return 'no-answer';
}

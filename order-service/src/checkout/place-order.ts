import { openCheckout, type placeOrder as placeOrderContract, type RpcReply } from '@micromall/contracts';
import { failed, type Identity, RpcError } from '@micromall/platform';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { failpoint } from '../failpoints.js';
import { applyStatus } from './apply-status.js';
import { endCheckout } from './ask-payment.js';
import { beginOrder, type Confirmation, cartChangedText } from './begin-order.js';
import { reserveLines } from './reserve-lines.js';

export type PlaceOrderReply = RpcReply<typeof placeOrderContract>;

/**
 * The checkout saga. Each step may be repeated, and a second try takes up where the first one ended: the same
 * `checkoutId` is one order, one reservation and one payment page, and gets the same answer.
 * @param deadline when the caller stops waiting
 */
export async function placeOrder(
  context: Context,
  shopper: Identity,
  confirmation: Confirmation,
  deadline: Date | undefined,
): Promise<PlaceOrderReply> {
  const reply = await runSaga(context, shopper, confirmation, deadline);
  if (!reply.ok) context.events.checkoutRefused(reply.error.code, shopper.userId);
  return reply;
}

async function runSaga(
  context: Context,
  shopper: Identity,
  confirmation: Confirmation,
  deadline: Date | undefined,
): Promise<PlaceOrderReply> {
  const earlier = await context.orders.findByCheckout(shopper.userId, confirmation.checkoutId);
  const begun = earlier
    ? ({ ok: true, order: earlier } as const)
    : await beginOrder(context, shopper, confirmation);
  if (!begun.ok) return begun;

  const order = await endIfOverdue(context, begun.order);
  if (order.state !== 'awaiting-payment') return finishedReply(order);
  if (
    order.confirmedTotal !== confirmation.confirmedTotal ||
    order.cartVersion !== confirmation.cartVersion
  ) {
    return failed('cart-changed', cartChangedText);
  }
  if (order.checkout) return openReply(order, order.checkout);

  const reserved = await reserveLines(context, order);
  if (reserved.state !== 'awaiting-payment') return finishedReply(reserved);
  failpoint('stock-reserved');
  return openPaymentPage(context, reserved, deadline);
}

/** An order whose payment page has closed can only be finished; how, Stripe knows. */
async function endIfOverdue(context: Context, order: OrderRecord): Promise<OrderRecord> {
  if (order.state !== 'awaiting-payment' || order.expiresAt > new Date()) return order;
  const status = await endCheckout(context, order._id);
  if (status === 'no-answer') return order;
  return applyStatus(context, order, status, 'payment-expired');
}

async function openPaymentPage(
  context: Context,
  order: OrderRecord,
  deadline: Date | undefined,
): Promise<PlaceOrderReply> {
  const session = await openSession(context, order, deadline);
  if (!session) {
    // The order keeps its stock for a while, so that the same checkout can be tried again.
    return failed(
      'payment-unavailable',
      'The payment page can not be opened now. Nothing was charged: try again.',
      { orderId: order._id },
    );
  }
  failpoint('session-opened');
  const opened = await context.orders.openCheckout(order._id, session);
  failpoint('checkout-kept');
  if (opened) {
    context.events.checkoutOpened(opened);
    return openReply(opened, session);
  }
  // Cancelled meanwhile: nobody should pay on this page. If someone does all the same, the money goes back.
  const current = (await context.orders.find(order._id)) ?? order;
  if (current.state === 'cancelled') await endCheckout(context, order._id);
  return finishedReply(current);
}

/** Leaves the answer time to reach the caller before it gives up. */
const answerMarginMs = 500;

async function openSession(
  context: Context,
  order: OrderRecord,
  deadline: Date | undefined,
): Promise<{ sessionId: string; url: string } | undefined> {
  const leftMs = deadline ? deadline.getTime() - Date.now() - answerMarginMs : openCheckout.timeoutMs;
  const timeoutMs = Math.max(1, Math.min(openCheckout.timeoutMs, leftMs));
  try {
    const reply = await context.rpc.call(
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
        expiresAt: order.expiresAt.toISOString(),
      },
      { timeoutMs },
    );
    if (reply.ok) return { sessionId: reply.sessionId, url: reply.url };
    context.logger.warn({ orderId: order._id, reason: reply.error.message }, 'payment page not opened');
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    context.logger.warn({ orderId: order._id, fault: error.fault }, 'payment page not opened');
  }
  return undefined;
}

function openReply(order: OrderRecord, { url }: { readonly url: string }): PlaceOrderReply {
  return { ok: true, orderId: order._id, number: order.number, checkoutUrl: url };
}

/** What a checkout that has ended answers: what it answered when it ended, or that it is over. */
function finishedReply(order: OrderRecord): PlaceOrderReply {
  if (order.cancelReason === 'out-of-stock') {
    const shortages = order.shortages.map((shortage) => ({ ...shortage }));
    return failed('insufficient-stock', 'The shop has less than you ordered.', { shortages });
  }
  if (order.cancelReason === 'cart-changed') return failed('cart-changed', cartChangedText);
  const message = `This checkout is finished: order ${order.number} is ${order.state}.`;
  return failed('already-ordered', message, { orderId: order._id, state: order.state });
}

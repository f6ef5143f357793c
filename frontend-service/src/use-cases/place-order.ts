import { placeOrder, type RpcFailure } from '@micromall/contracts';
import type { RpcUnavailable } from '@micromall/platform';
import type { Request, Response } from 'express';
import type { Context } from '../context.js';
import { isSameCart } from '../domain/attempt.js';
import { chargeLimitsText, shortageText } from '../domain/labels.js';
import { wasPaid } from '../domain/order-outcome.js';
import type { OpenAttempt } from '../store/sessions.js';
import type { Shopper } from '../store/shopper.js';
import { cancelOrder } from './open-order.js';

/** Why the shopper does not get to the payment page. */
export interface Refusal {
  readonly status: number;
  readonly sentences: readonly string[];
  /** The same attempt may be sent again: it is still one order. */
  readonly sameAttempt: boolean;
  /** With a refusal that is not the shopper's doing: the number to ask us about. */
  readonly traceId?: string | undefined;
}

export type Placement =
  /** Where the shopper goes on: the payment page, or a page about what is paid already. */
  { readonly ok: true; readonly address: string } | { readonly ok: false; readonly refusal: Refusal };

const notReached =
  'We could not reach the payment page. Nothing was charged. Press “Pay now” again in a moment: it stays one order.';
const stillOpen =
  'Your earlier order is still open at the payment page, so nothing new was ordered. Please press “Pay now” again in a minute.';

/**
 * Carries out "Pay now". The same cart at the same total is the same order; with another cart, the order that this
 * session left unpaid is cancelled first, so that it does not hold what the shopper wants.
 */
export async function placeShopperOrder(
  context: Context,
  request: Request,
  response: Response,
  shopper: Shopper,
  attempt: OpenAttempt,
): Promise<Placement> {
  const { openOrderId, openAttempt } = request.session;
  if (openOrderId !== undefined && !(openAttempt && isSameCart(openAttempt, attempt))) {
    const ended = await endEarlierOrder(context, request, response, shopper, openOrderId);
    if (ended) return ended;
  }
  return place(context, request, response, shopper, attempt);
}

/** @returns undefined if the order is ended, and another may be placed */
async function endEarlierOrder(
  context: Context,
  request: Request,
  response: Response,
  shopper: Shopper,
  orderId: string,
): Promise<Placement | undefined> {
  const reply = await cancelOrder(context, request, shopper, { orderId });
  if (!reply.ok) return reply.error.code === 'unavailable' ? tryAgain(response, notReached) : undefined;
  const { state } = reply.order;
  if (wasPaid(state)) return { ok: true, address: `/success?order=${orderId}` };
  return state === 'awaiting-payment' ? tryAgain(response, stillOpen) : undefined;
}

async function place(
  { rpc, events }: Context,
  request: Request,
  response: Response,
  shopper: Shopper,
  attempt: OpenAttempt,
): Promise<Placement> {
  const { session } = request;
  session.openAttempt = attempt;
  const reply = await rpc.tryCall(placeOrder, attempt, { identity: shopper.identity });
  if (reply.ok) {
    session.openOrderId = reply.orderId;
    return { ok: true, address: reply.checkoutUrl };
  }
  const { error } = reply;
  if (error.code === 'unavailable') return tryAgain(response, notReached);
  if (error.code === 'payment-unavailable') {
    session.openOrderId = error.details.orderId;
    return tryAgain(response, notReached);
  }
  delete session.openAttempt;
  if (error.code === 'insufficient-stock') events.funnel('stock-out-told');
  if (error.code === 'already-ordered' && wasPaid(error.details.state)) {
    return { ok: true, address: `/orders/${error.details.orderId}` };
  }
  return { ok: false, refusal: { status: 409, sentences: sentencesOf(error), sameAttempt: false } };
}

function tryAgain(response: Response, sentence: string): Placement {
  const { traceId } = response.locals;
  return { ok: false, refusal: { status: 503, sentences: [sentence], sameAttempt: true, traceId } };
}

type ShownFailure = Exclude<
  RpcFailure<typeof placeOrder> | RpcUnavailable['error'],
  { code: 'payment-unavailable' | 'unavailable' }
>;

function sentencesOf(error: ShownFailure): readonly string[] {
  switch (error.code) {
    case 'insufficient-stock':
      return error.details.shortages.map(shortageText);
    case 'cart-changed':
      return ['Your cart or a price has changed since you saw this page. This is how it stands now.'];
    case 'cart-empty':
      return ['Your cart is empty, so there is nothing to pay.'];
    case 'total-not-payable':
      return [`One payment can be ${chargeLimitsText(error.details)}. Please change your cart.`];
    case 'already-ordered':
      return ['That checkout was ended before it was paid. Nothing was charged; you can pay now.'];
  }
}

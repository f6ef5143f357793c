import { randomUUID } from 'node:crypto';
import {
  cancelCheckout,
  checkoutId,
  minorUnits,
  placeOrder,
  quoteOrder,
  type RpcFailure,
  type RpcReply,
} from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import { parseForm } from '../http/forms.js';
import type { ShopperHandler } from '../http/gates.js';
import type { ProblemPages } from '../http/problems.js';
import { leaveNotice, type OpenAttempt } from '../session/session.js';
import type { Shopper } from '../session/shopper.js';
import { createConfirmView } from '../shop/confirm-view.js';
import { mergeGuestCart } from '../shop/merge-cart.js';
import { formatMoney } from '../shop/money.js';
import { isPaid, shortageWords } from '../shop/words.js';

/** What "Pay now" sends: which attempt it is and what the shopper saw. The services trust none of it for a price. */
const form = z.object({
  checkoutId,
  confirmedTotal: z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(minorUnits),
  cartVersion: z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number),
});

interface Refusal {
  readonly status: number;
  readonly sentences: readonly string[];
  /** The same attempt may be sent again: it is still one order. */
  readonly sameAttempt: boolean;
  /** With a refusal that is not the shopper's doing: the number to ask us about. */
  readonly traceId?: string;
}

interface ShownAttempt {
  readonly checkoutId: string;
  readonly status: number;
  readonly problems: readonly string[];
  readonly traceId?: string | undefined;
}

type Quote = Extract<RpcReply<typeof quoteOrder>, { ok: true }>;

export interface CheckoutPages {
  /** `GET /checkout`: the confirm page. */
  readonly show: ShopperHandler;
  /** `POST /checkout`: "Pay now". */
  readonly pay: ShopperHandler;
}

export function createCheckoutPages(context: FrontendContext, problemPages: ProblemPages): CheckoutPages {
  const { rpc, pages, events } = context;
  const view = createConfirmView();

  function confirm(
    request: Request,
    response: Response,
    quote: Quote,
    { status, ...attempt }: ShownAttempt,
  ): void {
    const csrfToken = pages.token(request, response);
    pages.send(request, response, {
      title: 'Confirm your order',
      status,
      body: view(quote, { ...attempt, csrfToken }),
    });
  }

  async function askQuote(request: Request, shopper: Shopper): Promise<Quote> {
    const quote = await rpc.call(quoteOrder, {}, { identity: shopper.identity });
    // By its contract a quote has no failures of its own.
    if (!quote.ok) throw new RpcError('malformed-reply', quoteOrder.queue, 'an unknown failure');
    request.session.cartCount = quote.cart.count;
    return quote;
  }

  async function show(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const { openAttempt } = request.session;
    if (!openAttempt && (await leadToPaidOrder(request, response, shopper))) return;
    await mergeGuestCart(context, request);
    const quote = await askQuote(request, shopper);
    events.funnel('checkout-opened');
    if (quote.changes.length > 0) events.funnel('stock-out-told');
    if (quote.cart.lines.length === 0) {
      const text = [...quote.changes.map((change) => `${change.name} is sold out.`), 'Your cart is empty.'];
      leaveNotice(request, { kind: 'alert', text: text.join(' ') });
      return response.redirect(303, '/cart');
    }
    const goesOn = openAttempt !== undefined && isAbout(openAttempt, quote);
    if (openAttempt && !goesOn) {
      delete request.session.openAttempt;
      if (await leadToPaidOrder(request, response, shopper)) return;
    }
    const checkoutId = goesOn ? openAttempt.checkoutId : randomUUID();
    return confirm(request, response, quote, { checkoutId, status: 200, problems: [] });
  }

  /**
   * Gives up the order that was left unpaid: whoever comes back from the payment page with the browser's "back"
   * would else be told that the last unit is sold out, because their own order holds it.
   * @returns true if it is paid after all, and the shopper is led to the thanks
   * @throws {RpcError} if order-service does not answer: without its word the page would be wrong
   */
  async function leadToPaidOrder(request: Request, response: Response, shopper: Shopper): Promise<boolean> {
    const orderId = request.session.openOrderId;
    if (orderId === undefined) return false;
    const reply = await rpc.call(cancelCheckout, { orderId }, { identity: shopper.identity });
    const state = reply.ok ? reply.order.state : 'cancelled';
    if (isPaid(state)) {
      response.redirect(303, `/success?order=${orderId}`);
      return true;
    }
    // One that can't be given up just now still holds its stock: the cart page must know of it.
    if (state !== 'cancelled') return false;
    delete request.session.openOrderId;
    events.funnel('cancelled', { orderId });
    return false;
  }

  async function pay(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const filled = parseForm(form, request);
    if (!filled.ok) {
      return problemPages.send(request, response, {
        status: 422,
        title: 'That is not possible',
        text: 'The form does not say what you saw on the confirm page. Nothing was ordered; please open your cart and check out again.',
      });
    }
    events.funnel('pay-pressed');
    const { checkoutId: attempted } = filled.fields;
    const refusal = await place(request, response, filled.fields, shopper);
    if (!refusal) return;
    const { status, sentences: problems, sameAttempt } = refusal;
    const quote = await askQuote(request, shopper);
    const checkoutId = sameAttempt ? attempted : randomUUID();
    confirm(request, response, quote, { checkoutId, status, problems, traceId: refusal.traceId });
  }

  /** Places the order and leads to the payment page, or says why not. */
  async function place(
    request: Request,
    response: Response,
    attempt: z.output<typeof form>,
    shopper: Shopper,
  ): Promise<Refusal | undefined> {
    const { traceId } = response.locals;
    request.session.openAttempt = attempt;
    try {
      const reply = await rpc.call(placeOrder, attempt, { identity: shopper.identity });
      if (reply.ok) {
        delete request.session.openAttempt;
        request.session.openOrderId = reply.orderId;
        events.checkoutStarted(reply.orderId);
        events.funnel('payment-page-opened', { orderId: reply.orderId });
        response.redirect(303, reply.checkoutUrl);
        return undefined;
      }
      const { error } = reply;
      events.checkoutRefused(error.code);
      if (error.code === 'payment-unavailable') {
        request.session.openOrderId = error.details.orderId;
        return { status: 503, sentences: [notReached], sameAttempt: true, traceId };
      }
      delete request.session.openAttempt;
      if (error.code === 'insufficient-stock') events.funnel('stock-out-told');
      if (error.code === 'already-ordered' && isPaid(error.details.state)) {
        response.redirect(303, `/orders/${error.details.orderId}`);
        return undefined;
      }
      return refusalOf(error);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('checkout', error);
      return { status: 503, sentences: [notReached], sameAttempt: true, traceId };
    }
  }

  return { show, pay };
}

/**
 * A "Pay now" that did not reach the payment page goes on as the same attempt, also after a reload: its order holds
 * the stock, so a new one would be told that the last unit is sold out. A changed cart is another order.
 */
function isAbout({ cartVersion, confirmedTotal }: OpenAttempt, { cart, total }: Quote): boolean {
  return cartVersion === cart.version && confirmedTotal === total;
}

const notReached =
  'We could not reach the payment page. Nothing was charged. Press “Pay now” again in a moment: it stays one order.';

function refusalOf(error: Exclude<RpcFailure<typeof placeOrder>, { code: 'payment-unavailable' }>): Refusal {
  switch (error.code) {
    case 'insufficient-stock':
      return { status: 409, sentences: error.details.shortages.map(shortageWords), sameAttempt: false };
    case 'cart-changed':
      return {
        status: 409,
        sentences: ['Your cart or a price has changed since you saw this page. This is how it stands now.'],
        sameAttempt: false,
      };
    case 'cart-empty':
      return {
        status: 409,
        sentences: ['Your cart is empty, so there is nothing to pay.'],
        sameAttempt: false,
      };
    case 'total-not-payable': {
      const { least, most, currency } = error.details;
      const between = `between ${formatMoney(least, currency)} and ${formatMoney(most, currency)}`;
      return {
        status: 409,
        sentences: [`One payment can be ${between}. Please change your cart; nothing was charged.`],
        sameAttempt: false,
      };
    }
    case 'already-ordered':
      return {
        status: 409,
        sentences: ['That checkout was ended before it was paid. Nothing was charged; you can pay now.'],
        sameAttempt: false,
      };
  }
}

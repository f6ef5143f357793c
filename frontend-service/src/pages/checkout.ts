import { randomUUID } from 'node:crypto';
import { placeOrder, quoteOrder } from '@micromall/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';
import { isSameCart } from '../domain/attempt.js';
import { wholeNumber } from '../domain/quantity.js';
import { type Quote, type QuoteModel, quoteModel } from '../domain/quote-model.js';
import { parseForm } from '../http/forms.js';
import type { ShopperHandler } from '../http/guards.js';
import type { ProblemPages } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../store/sessions.js';
import type { Shopper } from '../store/shopper.js';
import { mergeGuestCart } from '../use-cases/merge-cart.js';
import { findPaidOrder } from '../use-cases/open-order.js';
import { placeShopperOrder } from '../use-cases/place-order.js';

const contract = placeOrder.request.shape;

/** What "Pay now" sends: which attempt it is and what the shopper saw. The services trust none of it for a price. */
const form = z.object({
  checkoutId: contract.checkoutId,
  confirmedTotal: wholeNumber.pipe(contract.confirmedTotal),
  cartVersion: wholeNumber.pipe(contract.cartVersion),
});

/** One attempt to check out, as the confirm page shows it. */
interface ShownAttempt {
  readonly checkoutId: string;
  /** Why the shopper did not get to the payment page, one sentence a line. */
  readonly problems: readonly string[];
  /** With a problem that is not the shopper's doing: the number to ask us about. */
  readonly traceId?: string | undefined;
}

interface ConfirmModel extends QuoteModel, ShownAttempt {
  readonly csrfToken: string;
}

export interface CheckoutPages {
  /** `GET /checkout`: the confirm page. It changes no order, so any number of tabs may show it. */
  readonly show: ShopperHandler;
  /** `POST /checkout`: "Pay now". */
  readonly pay: ShopperHandler;
}

export function createCheckoutPages(context: Context, problemPages: ProblemPages): CheckoutPages {
  const { rpc, pages, events } = context;
  const view = compileView<ConfirmModel>('checkout');

  function confirm(
    request: Request,
    response: Response,
    quote: Quote,
    attempt: ShownAttempt,
    status = 200,
  ): void {
    const csrfToken = pages.token(request, response);
    const body = view({ ...quoteModel(quote), ...attempt, csrfToken });
    pages.send(request, response, { title: 'Confirm your order', status, body });
  }

  async function askQuote(request: Request, shopper: Shopper): Promise<Quote> {
    const quote = await rpc.call(quoteOrder, {}, { identity: shopper.identity });
    request.session.cartCount = quote.cart.count;
    return quote;
  }

  async function show(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const paid = await findPaidOrder(context, request, shopper);
    if (paid !== undefined) return response.redirect(303, `/success?order=${paid}`);
    await mergeGuestCart(context, request);
    const quote = await askQuote(request, shopper);
    events.funnel('confirm-viewed');
    if (quote.changes.length > 0) events.funnel('stock-out-told');
    if (quote.cart.lines.length === 0) {
      const text = [...quote.changes.map((change) => `${change.name} is sold out.`), 'Your cart is empty.'];
      leaveNotice(request, { kind: 'alert', text: text.join(' ') });
      return response.redirect(303, '/cart');
    }
    return confirm(request, response, quote, { checkoutId: attemptFor(request, quote), problems: [] });
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
    const placement = await placeShopperOrder(context, request, response, shopper, filled.fields);
    if (placement.ok) return response.redirect(303, placement.address);
    const { status, sentences: problems, sameAttempt, traceId } = placement.refusal;
    const checkoutId = sameAttempt ? filled.fields.checkoutId : randomUUID();
    const quote = await askQuote(request, shopper);
    return confirm(request, response, quote, { checkoutId, problems, traceId }, status);
  }

  return { show, pay };
}

/**
 * The id of the attempt that the page offers. What was confirmed before goes on as the same attempt, also after a
 * reload: its order holds the stock. A changed cart is another one.
 */
function attemptFor(request: Request, { cart, total }: Quote): string {
  const { openAttempt, openOrderId } = request.session;
  const seen = { cartVersion: cart.version, confirmedTotal: total };
  if (openAttempt && isSameCart(openAttempt, seen)) return openAttempt.checkoutId;
  // Without an order there is nothing that "Pay now" would have to end first.
  if (openOrderId === undefined) delete request.session.openAttempt;
  return randomUUID();
}

import { randomUUID } from 'node:crypto';
import {
  cancelCheckout,
  checkoutId,
  minorUnits,
  placeOrder,
  quoteOrder,
  type RpcFailure,
} from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import { parseForm } from '../http/forms.js';
import type { ShopperHandler } from '../http/gates.js';
import type { ProblemPages } from '../http/problems.js';
import { leaveNotice, type Notice } from '../session/session.js';
import type { Shopper } from '../session/shopper.js';
import { createConfirmView } from '../shop/confirm-view.js';
import { mergeGuestCart } from '../shop/merge-cart.js';
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

const quoteWithinMs = 4_000;

interface Refusal {
  readonly status: number;
  readonly sentences: readonly string[];
  /** The same attempt may be sent again: it is still one order. */
  readonly sameAttempt: boolean;
}

export interface CheckoutPages {
  /** `GET /checkout`: the confirm page. */
  readonly show: ShopperHandler;
  /** `POST /checkout`: "Pay now". */
  readonly pay: ShopperHandler;
}

export function createCheckoutPages(context: FrontendContext, problemPages: ProblemPages): CheckoutPages {
  const { rpc, pages, events } = context;
  const view = createConfirmView();

  async function confirm(
    request: Request,
    response: Response,
    shopper: Shopper,
    attempt: { checkoutId: string; status: number; problems: readonly string[]; notices: readonly Notice[] },
  ): Promise<void> {
    const quote = await rpc.call(quoteOrder, {}, { identity: shopper.identity, timeoutMs: quoteWithinMs });
    // By its contract a quote has no failures of its own.
    if (!quote.ok) throw new RpcError('malformed-reply', quoteOrder.queue, 'an unknown failure');
    request.session.cartCount = quote.cart.count;
    if (quote.cart.lines.length === 0 && attempt.status === 200) {
      const text = [...quote.changes.map((change) => `${change.name} is sold out.`), 'Your cart is empty.'];
      leaveNotice(request, { kind: 'alert', text: text.join(' ') });
      return response.redirect(303, '/cart');
    }
    const csrfToken = pages.token(request, response);
    pages.send(request, response, {
      title: 'Confirm your order',
      status: attempt.status,
      body: view(quote, { checkoutId: attempt.checkoutId, csrfToken, problems: attempt.problems }),
      notices: attempt.notices,
    });
  }

  async function show(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const paid = await giveUpOpenOrder(request, shopper);
    if (paid !== undefined) return response.redirect(303, `/success?order=${paid}`);
    const notices = await mergeGuestCart(context, request);
    await confirm(request, response, shopper, {
      checkoutId: randomUUID(),
      status: 200,
      problems: [],
      notices,
    });
  }

  /**
   * Whoever comes back from the payment page with the browser's "back" would else be told that the last unit is
   * sold out: their own unpaid order holds it.
   * @returns the order's id if it is paid after all
   */
  async function giveUpOpenOrder(request: Request, shopper: Shopper): Promise<string | undefined> {
    const orderId = request.session.openOrderId;
    if (orderId === undefined) return undefined;
    try {
      const options = { identity: shopper.identity, timeoutMs: quoteWithinMs };
      const reply = await rpc.call(cancelCheckout, { orderId }, options);
      delete request.session.openOrderId;
      return reply.ok && isPaid(reply.order.state) ? orderId : undefined;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('checkout', error);
      return undefined;
    }
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
    const refusal = await place(request, response, filled.fields, shopper);
    if (!refusal) return;
    await confirm(request, response, shopper, {
      checkoutId: refusal.sameAttempt ? filled.fields.checkoutId : randomUUID(),
      status: refusal.status,
      problems: refusal.sentences,
      notices: [],
    });
  }

  /** Places the order and leads to the payment page, or says why not. */
  async function place(
    request: Request,
    response: Response,
    attempt: z.output<typeof form>,
    shopper: Shopper,
  ): Promise<Refusal | undefined> {
    try {
      const reply = await rpc.call(placeOrder, attempt, { identity: shopper.identity });
      if (reply.ok) {
        request.session.openOrderId = reply.orderId;
        events.checkoutStarted(reply.orderId);
        response.redirect(303, reply.checkoutUrl);
        return undefined;
      }
      events.checkoutRefused(reply.error.code);
      if (reply.error.code === 'already-ordered' && isPaid(reply.error.details.state)) {
        response.redirect(303, `/orders/${reply.error.details.orderId}`);
        return undefined;
      }
      return refusalOf(reply.error);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('checkout', error);
      return { status: 503, sentences: [notReached], sameAttempt: true };
    }
  }

  return { show, pay };
}

const notReached =
  'We could not reach the payment page. Nothing was charged. Press “Pay now” again in a moment: it stays one order.';

function refusalOf(error: RpcFailure<typeof placeOrder>): Refusal {
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
    case 'already-ordered':
      return {
        status: 409,
        sentences: ['That checkout was ended before it was paid. Nothing was charged; you can pay now.'],
        sameAttempt: false,
      };
    case 'payment-unavailable':
      return { status: 503, sentences: [notReached], sameAttempt: true };
  }
}

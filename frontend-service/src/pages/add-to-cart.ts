import { objectId } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';
import { ownPath } from '../domain/own-path.js';
import { typedQuantity } from '../domain/quantity.js';
import { parseForm } from '../http/forms.js';
import { type ProblemPages, wantsJson } from '../http/problems.js';
import { leaveNotice } from '../store/sessions.js';
import { changeVisitorCart } from '../use-cases/change-cart.js';

const form = z.object({
  productId: objectId,
  quantity: typedQuantity.optional(),
  /** Where the visitor was; checked by `ownPath`. */
  next: z.string().optional().catch(undefined),
});

/** `POST /cart/add`: puts a product into the cart. A browser goes back to where it was; a script gets JSON. */
export function addToCart(context: Context, problemPages: ProblemPages): RequestHandler {
  return async (request, response) => {
    const filled = parseForm(form, request);
    if (!filled.ok) {
      const text = filled.problems.quantity
        ? `The quantity ${filled.problems.quantity}. Nothing was put into your cart.`
        : 'The form does not name a product of this shop. Nothing was put into your cart.';
      return problemPages.send(request, response, { status: 422, title: 'That is not possible', text });
    }
    const { productId, quantity = 1, next } = filled.fields;
    const outcome = await changeVisitorCart(context, request, response, productId, quantity);
    const line = outcome.ok ? outcome.cart.lines.find((each) => each.productId === productId) : undefined;
    const traceId = outcome.ok ? undefined : outcome.traceId;
    const message = outcome.ok ? `${line?.name ?? 'It'} is in your cart.` : outcome.message;
    if (wantsJson(request)) {
      const status = outcome.ok ? 200 : outcome.status;
      const count = request.session.cartCount ?? 0;
      return void response.status(status).json({ ok: outcome.ok, message, count, traceId });
    }
    leaveNotice(request, { kind: outcome.ok ? 'good' : 'alert', text: message, traceId });
    return response.redirect(303, ownPath(next));
  };
}

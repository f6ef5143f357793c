import { largestQuantity, objectId } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';
import { parseForm } from '../http/forms.js';
import type { ProblemPages } from '../http/problems.js';
import { leaveNotice } from '../store/sessions.js';
import { changeVisitorCart } from '../use-cases/change-cart.js';

const steps = { more: 1, less: -1, remove: -largestQuantity } as const;

const form = z.object({ productId: objectId, step: z.enum(['more', 'less', 'remove']) });

/** `POST /cart/change`: the buttons beside a line: one more, one less, or all of it away. */
export function changeCartLine(context: Context, problemPages: ProblemPages): RequestHandler {
  return async (request, response) => {
    const filled = parseForm(form, request);
    if (!filled.ok) {
      return problemPages.send(request, response, {
        status: 422,
        title: 'That is not possible',
        text: 'The form does not say which product to change and how. Your cart is as it was.',
      });
    }
    const { productId, step } = filled.fields;
    const outcome = await changeVisitorCart(context, request, response, productId, steps[step]);
    if (!outcome.ok) leaveNotice(request, { kind: 'alert', text: outcome.message, traceId: outcome.traceId });
    return response.redirect(303, '/cart');
  };
}

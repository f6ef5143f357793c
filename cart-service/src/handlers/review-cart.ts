import type { reviewCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { mayUse, notYourCart } from '../domain/ownership.js';
import { reviewStock } from '../use-cases/review-cart.js';

export function handleReviewCart(context: Context): RpcHandler<typeof reviewCart> {
  return async (request, caller) => {
    if (!mayUse(request.id, caller)) return notYourCart;
    return { ok: true, ...(await reviewStock(context, request)) };
  };
}

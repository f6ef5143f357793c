import type { reviewCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { mayUse } from '../domain/ownership.js';
import { review } from '../domain/review.js';
import { productIdsOf } from '../domain/show.js';
import { notYourCart, shown } from './answers.js';

export function handleReviewCart(context: Context): RpcHandler<typeof reviewCart> {
  const { carts, catalogue, events } = context;
  return async ({ id }, caller) => {
    if (!mayUse(id, caller)) return notYourCart();
    const findProducts = catalogue.forOneRequest();
    const { cart, result: changes } = await carts.update(id, async (current) =>
      review(current, await findProducts(productIdsOf(current))),
    );
    if (changes.length > 0) events.cartReduced(changes);
    return { ok: true, cart: await shown(context, cart, findProducts), changes };
  };
}

import type { reviewCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { FindProducts } from '../catalogue.js';
import type { Context } from '../context.js';
import { addHeld } from '../domain/held.js';
import { mayUse } from '../domain/ownership.js';
import { review } from '../domain/review.js';
import { productIdsOf } from '../domain/show.js';
import { notYourCart, shown } from './answers.js';

export function handleReviewCart(context: Context): RpcHandler<typeof reviewCart> {
  const { carts, catalogue, events } = context;
  return async ({ id, held }, caller) => {
    if (!mayUse(id, caller)) return notYourCart();
    const findInCatalogue = catalogue.forOneRequest();
    const findProducts: FindProducts = async (productIds) => addHeld(await findInCatalogue(productIds), held);
    const { cart, result: changes } = await carts.update(id, async (current) =>
      review(current, await findProducts(productIdsOf(current))),
    );
    if (changes.length > 0) events.cartReduced(changes);
    return { ok: true, cart: await shown(context, cart, findProducts), changes };
  };
}

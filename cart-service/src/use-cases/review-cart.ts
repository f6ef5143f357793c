import type { Cart, CartChange, RpcRequest, reviewCart } from '@micromall/contracts';
import type { FindProducts } from '../clients/catalogue.js';
import type { Context } from '../context.js';
import { withOwnReservation } from '../domain/own-reservation.js';
import { review } from '../domain/review.js';
import { productIdsOf } from '../domain/show.js';
import { showCart } from './show-cart.js';

/** Brings a cart in line with what the shop still has. */
export async function reviewStock(
  context: Context,
  { id, held }: RpcRequest<typeof reviewCart>,
): Promise<{ cart: Cart; changes: CartChange[] }> {
  const { carts, catalogue, events } = context;
  const findInCatalogue = catalogue.forOneRequest();
  const findProducts: FindProducts = async (productIds) =>
    withOwnReservation(await findInCatalogue(productIds), held);
  const { cart, result: changes } = await carts.update(id, async (current) =>
    review(current, await findProducts(productIdsOf(current))),
  );
  if (changes.length > 0) events.cartReduced(changes);
  return { cart: await showCart(context, cart, findProducts), changes };
}

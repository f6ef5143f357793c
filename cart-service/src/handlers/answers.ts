import type { Cart } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import type { FindProducts } from '../catalogue.js';
import type { Context } from '../context.js';
import type { KeptCart } from '../domain/kept-cart.js';
import { productIdsOf, show } from '../domain/show.js';

export function notYourCart() {
  return failed('not-your-cart', 'This cart belongs to an account. Log in as that person to use it.');
}

/** The cart as people see it. An empty one needs nothing from product-service. */
export async function shown(
  { catalogue, currency }: Context,
  cart: KeptCart,
  findProducts: FindProducts = catalogue.forOneRequest(),
): Promise<Cart> {
  return show(cart, await findProducts(productIdsOf(cart)), currency);
}

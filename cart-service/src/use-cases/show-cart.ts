import type { Cart } from '@micromall/contracts';
import type { FindProducts } from '../clients/catalogue.js';
import type { Context } from '../context.js';
import { productIdsOf, show } from '../domain/show.js';
import type { StoredCart } from '../domain/stored-cart.js';

/** The cart as people see it. An empty one needs nothing from product-service. */
export async function showCart(
  { catalogue, currency }: Context,
  cart: StoredCart,
  findProducts: FindProducts = catalogue.forOneRequest(),
): Promise<Cart> {
  return show(cart, await findProducts(productIdsOf(cart)), currency);
}

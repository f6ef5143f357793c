import type { deleteCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { mayUse, notYourCart } from '../domain/ownership.js';
import { emptied } from '../domain/stored-cart.js';
import { showCart } from '../use-cases/show-cart.js';

/** Empties the cart but keeps its document, because versions never start again. */
export function handleDeleteCart(context: Context): RpcHandler<typeof deleteCart> {
  return async ({ id }, caller) => {
    if (!mayUse(id, caller)) return notYourCart;
    const { cart } = await context.carts.update(id, (current) => ({
      cart: emptied(current),
      result: undefined,
    }));
    return { ok: true, cart: await showCart(context, cart) };
  };
}

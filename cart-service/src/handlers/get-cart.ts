import type { getCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { mayUse, notYourCart } from '../domain/ownership.js';
import { showCart } from '../use-cases/show-cart.js';

export function handleGetCart(context: Context): RpcHandler<typeof getCart> {
  return async ({ id }, caller) => {
    if (!mayUse(id, caller)) return notYourCart;
    return { ok: true, cart: await showCart(context, await context.carts.find(id)) };
  };
}

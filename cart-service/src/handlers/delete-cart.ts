import type { deleteCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { mayUse } from '../domain/ownership.js';
import { notYourCart, shown } from './answers.js';

/** Empties the cart but keeps it: its version must go on, and settled orders and handled calls stay remembered. */
export function handleDeleteCart(context: Context): RpcHandler<typeof deleteCart> {
  return async ({ id }, caller) => {
    if (!mayUse(id, caller)) return notYourCart();
    const { cart } = await context.carts.update(id, (current) => ({
      cart: current.items.length === 0 ? current : { ...current, items: [] },
      result: undefined,
    }));
    return { ok: true, cart: await shown(context, cart) };
  };
}

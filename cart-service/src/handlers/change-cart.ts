import { type changeCart, largestQuantity } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { changeQuantity } from '../domain/change-quantity.js';
import { mostItems } from '../domain/kept-cart.js';
import { mayUse } from '../domain/ownership.js';
import { productIdsOf } from '../domain/show.js';
import { notYourCart, shown } from './answers.js';

export function handleChangeCart(context: Context): RpcHandler<typeof changeCart> {
  const { carts, catalogue, events } = context;
  return async ({ id, itemid, qty }, caller) => {
    if (!mayUse(id, caller)) return notYourCart();
    const findProducts = catalogue.forOneRequest();
    const { cart, result } = await carts.update(id, async (current) => {
      // All that the answer will show is asked for before anything changes: no answer, no change.
      const products = await findProducts([...new Set([itemid, ...productIdsOf(current)])]);
      return changeQuantity(current, {
        productId: itemid,
        delta: qty,
        product: products.get(itemid),
        callId: caller.callId,
        now: new Date(),
      });
    });
    switch (result.kind) {
      case 'product-unknown':
        return failed('product-unknown', 'The shop does not have this product.');
      case 'cart-full':
        return failed('cart-full', `A cart holds at most ${mostItems} different products.`);
      case 'insufficient-stock': {
        const { name, available, inCart } = result;
        events.stockRefused(itemid, available);
        return failed('insufficient-stock', refusal(name, available, inCart), { name, available, inCart });
      }
      case 'changed':
        events.cartChanged(itemid, qty);
        return { ok: true, cart: await shown(context, cart, findProducts) };
      case 'unchanged':
        return { ok: true, cart: await shown(context, cart, findProducts) };
    }
  };
}

function refusal(name: string, available: number, inCart: number): string {
  const most =
    available === largestQuantity
      ? `A cart holds at most ${largestQuantity} of ${name}`
      : `There are only ${available} of ${name}`;
  return inCart > 0 ? `${most}; ${inCart} in your cart already.` : `${most}.`;
}

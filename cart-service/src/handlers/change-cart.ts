import { type changeCart, largestQuantity } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { mayUse, notYourCart } from '../domain/ownership.js';
import { mostItems } from '../domain/stored-cart.js';
import { changeItem } from '../use-cases/change-cart.js';

export function handleChangeCart(context: Context): RpcHandler<typeof changeCart> {
  return async (request, caller) => {
    if (!mayUse(request.id, caller)) return notYourCart;
    const result = await changeItem(context, request, caller.callId);
    switch (result.kind) {
      case 'done':
        return { ok: true, cart: result.cart };
      case 'product-unknown':
        return failed('product-unknown', 'The shop does not have this product.');
      case 'cart-full':
        return failed('cart-full', `A cart holds at most ${mostItems} different products.`);
      case 'insufficient-stock': {
        const { name, available, inCart } = result;
        return failed('insufficient-stock', refusal(name, available, inCart), { name, available, inCart });
      }
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

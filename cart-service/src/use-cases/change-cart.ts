import type { Cart, changeCart, RpcRequest } from '@micromall/contracts';
import type { Context } from '../context.js';
import { changeQuantity, type Refusal } from '../domain/change-quantity.js';
import { productIdsOf } from '../domain/show.js';
import { showCart } from './show-cart.js';

/** The shown cart, or why it could not be changed. */
export type ChangeResult = { readonly kind: 'done'; readonly cart: Cart } | Refusal;

/** Puts more of a product into a cart, or takes some out; the same call does so once. */
export async function changeItem(
  context: Context,
  { id, itemid, qty }: RpcRequest<typeof changeCart>,
  callId: string | undefined,
): Promise<ChangeResult> {
  const { carts, catalogue, events } = context;
  const findProducts = catalogue.forOneRequest();
  const { cart, result } = await carts.update(id, async (current) => {
    // Asks for all that the answer shows before anything changes: no answer, no change.
    const products = await findProducts([...new Set([itemid, ...productIdsOf(current)])]);
    const product = products.get(itemid);
    return changeQuantity(current, { productId: itemid, delta: qty, product, callId, now: new Date() });
  });
  switch (result.kind) {
    case 'changed':
      events.cartChanged(itemid, qty);
      break;
    case 'unchanged':
      break;
    case 'insufficient-stock':
      events.stockRefused(itemid, result.available);
      return result;
    default:
      return result;
  }
  return { kind: 'done', cart: await showCart(context, cart, findProducts) };
}

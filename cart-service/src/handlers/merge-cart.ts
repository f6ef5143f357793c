import type { mergeCart } from '@micromall/contracts';
import { ForbiddenError, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { isAccountCart, notYourCart } from '../domain/ownership.js';
import { mergeGuestCart } from '../use-cases/merge-cart.js';
import { showCart } from '../use-cases/show-cart.js';

export function handleMergeCart(context: Context): RpcHandler<typeof mergeCart> {
  return async ({ guestId }, { identity }) => {
    // Only the operator gets this far without one.
    if (!identity) throw new ForbiddenError("Merging needs a person's identity: whose cart should it go to?");
    if (isAccountCart(guestId)) return notYourCart;
    await mergeGuestCart(context, guestId, identity.userId);
    return { ok: true, cart: await showCart(context, await context.carts.find(identity.userId)) };
  };
}

import { randomUUID } from 'node:crypto';
import type { mergeCart } from '@micromall/contracts';
import { ForbiddenError, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { beginMove, endMove, takeIn } from '../domain/move.js';
import { isAccountCart } from '../domain/ownership.js';
import { notYourCart, shown } from './answers.js';

/** One for a move that an earlier call left unfinished, one for this call's, one for what came in between. */
const mostMoves = 3;

/** A repeated call finds nothing to move, or finishes what the first one began. */
export function handleMergeCart(context: Context): RpcHandler<typeof mergeCart> {
  return async ({ guestId }, { identity }) => {
    // Only the operator gets this far without one.
    if (!identity) throw new ForbiddenError("Merging needs a person's identity: whose cart should it go to?");
    if (isAccountCart(guestId)) return notYourCart();
    for (let moves = 0; moves < mostMoves; moves += 1) {
      if (!(await moveOnce(context, guestId, identity.userId))) break;
    }
    return { ok: true, cart: await shown(context, await context.carts.find(identity.userId)) };
  };
}

/** @returns false if the guest's cart had nothing to move */
async function moveOnce({ carts, events }: Context, guestId: string, userId: string): Promise<boolean> {
  const begun = await carts.update(guestId, (guest) => ({
    cart: beginMove(guest, userId, randomUUID()),
    result: undefined,
  }));
  const { moving } = begun.cart;
  if (!moving) return false;
  const { result: leftOut } = await carts.update(moving.into, (account) => takeIn(account, moving));
  await carts.update(guestId, (guest) => ({ cart: endMove(guest, moving.id), result: undefined }));
  events.cartMerged(moving.into, leftOut);
  return true;
}

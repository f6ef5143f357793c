import { randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { beginMerge, endMerge, takeIn } from '../domain/merge.js';

/** One that an earlier call left unfinished, one for this call's items, one for items that came meanwhile. */
const mostMerges = 3;

/** Merges a guest's cart into an account's. A repeated call finds an empty cart, or finishes what the first began. */
export async function mergeGuestCart(context: Context, guestId: string, userId: string): Promise<void> {
  for (let merges = 0; merges < mostMerges; merges += 1) {
    if (!(await mergeOnce(context, guestId, userId))) return;
  }
}

/** @returns false if the guest's cart had nothing to merge */
async function mergeOnce({ carts, events }: Context, guestId: string, userId: string): Promise<boolean> {
  const begun = await carts.update(guestId, (guest) => ({
    cart: beginMerge(guest, userId, randomUUID()),
    result: undefined,
  }));
  const { pendingMerge } = begun.cart;
  if (!pendingMerge) return false;
  const { id, into } = pendingMerge;
  const { result: leftOut } = await carts.update(into, (account) => takeIn(account, pendingMerge));
  await carts.update(guestId, (guest) => ({ cart: endMerge(guest, id), result: undefined }));
  events.cartMerged(into, leftOut);
  return true;
}

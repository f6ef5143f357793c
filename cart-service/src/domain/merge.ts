import { largestQuantity } from '@micromall/contracts';
import { withItem } from './change-quantity.js';
import { type Merge, mostItems, recordMerge, type StoredCart } from './stored-cart.js';

/*
 * A guest's cart merges into an account's in three steps, each an update of one document. Whoever comes after a crash
 * between two steps resumes:
 *   1. the guest's cart sets its items aside as a merge with an id of its own
 *   2. the account's cart takes the items in and records the merge's id
 *   3. the guest's cart drops the merge
 * What is put into the guest's cart meanwhile is not part of the merge and waits for the next one.
 */

/** Step 1. A pending merge, whoever began it, is finished first: the cart stays as it is. */
export function beginMerge(guest: StoredCart, into: string, mergeId: string): StoredCart {
  if (guest.pendingMerge || guest.items.length === 0) return guest;
  return { ...guest, items: [], pendingMerge: { id: mergeId, into, items: guest.items } };
}

/**
 * Step 2. Quantities add up to at most the largest quantity; the next review checks the stock.
 * @returns as `result`: how many products had no room
 */
export function takeIn(account: StoredCart, merge: Merge): { cart: StoredCart; result: number } {
  if (account.mergeIds.includes(merge.id)) return { cart: account, result: 0 };
  let { items } = account;
  let leftOut = 0;
  for (const added of merge.items) {
    const present = items.find((item) => item.productId === added.productId);
    if (!present && items.length >= mostItems) {
      leftOut += 1;
      continue;
    }
    const quantity = Math.min((present?.quantity ?? 0) + added.quantity, largestQuantity);
    items = withItem(items, { ...(present ?? added), quantity });
  }
  return { cart: recordMerge({ ...account, items }, merge.id), result: leftOut };
}

/** Step 3. */
export function endMerge(guest: StoredCart, mergeId: string): StoredCart {
  return guest.pendingMerge?.id === mergeId ? { ...guest, pendingMerge: undefined } : guest;
}

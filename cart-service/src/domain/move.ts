import { largestQuantity } from '@micromall/contracts';
import { withItem } from './change-quantity.js';
import { type KeptCart, type Move, mostItems, rememberMove } from './kept-cart.js';

/*
 * A guest's cart moves into an account's in three steps, each one update of one document. Whoever comes after a death
 * between two of them goes on where it ended:
 *   1. the guest's cart sets its items aside as a move with an id of its own
 *   2. the account's cart takes the items in and remembers the move's id
 *   3. the guest's cart forgets the move
 * What is put into the guest's cart meanwhile is not part of the move and stays for the next one.
 */

/** Step 1. A move that was begun before, for whomever, is to be finished first: the cart stays as it is. */
export function beginMove(guest: KeptCart, into: string, moveId: string): KeptCart {
  if (guest.moving || guest.items.length === 0) return guest;
  return { ...guest, items: [], moving: { id: moveId, into, items: guest.items } };
}

/**
 * Step 2. Quantities add up to at most the largest there may be; stock is the next review's concern.
 * @returns how many products had no room in `result`
 */
export function takeIn(account: KeptCart, move: Move): { cart: KeptCart; result: number } {
  if (account.moves.includes(move.id)) return { cart: account, result: 0 };
  let { items } = account;
  let leftOut = 0;
  for (const moved of move.items) {
    const present = items.find((item) => item.productId === moved.productId);
    if (!present && items.length >= mostItems) {
      leftOut += 1;
      continue;
    }
    const quantity = Math.min((present?.quantity ?? 0) + moved.quantity, largestQuantity);
    items = withItem(items, { ...(present ?? moved), quantity });
  }
  return { cart: rememberMove({ ...account, items }, move.id), result: leftOut };
}

/** Step 3. */
export function endMove(guest: KeptCart, moveId: string): KeptCart {
  return guest.moving?.id === moveId ? { ...guest, moving: undefined } : guest;
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Visit } from '../plan/visits.js';
import { authenticatedCard, declinedCard, goodCard, type Visitor } from './visitor.js';

/** How a visit ended. */
export type VisitEnd =
  | { readonly is: 'paid'; readonly orderId: string }
  | { readonly is: 'left unpaid' }
  | { readonly is: 'sold out' }
  /** The shop did not do its part for longer than anybody waits. */
  | { readonly is: 'gave up'; readonly because: string };

export interface VisitGround {
  /** By position in the plan. */
  readonly productIds: readonly string[];
  /** Lets the payment page of a session run out now. */
  expire(sessionId: string): Promise<void>;
}

/** A page that closed while the shopper stood at it is opened anew so many times. */
const mostPages = 4;

/** @param isNew whether the visitor makes an account first */
export async function makeVisit(
  visitor: Visitor,
  isNew: boolean,
  visit: Visit,
  ground: VisitGround,
): Promise<VisitEnd> {
  try {
    if (isNew) await visitor.enter();
    for (let pages = 1; pages <= mostPages; pages += 1) {
      const end = await goThrough(visitor, visit, ground, pages === 1);
      if (end) return end;
    }
    return { is: 'gave up', because: `${mostPages} payment pages closed one after the other` };
  } catch (error) {
    // Whatever it is, it is one shopper's trouble, and the ledger will show it: the others go on.
    return { is: 'gave up', because: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns undefined if the payment page had closed, and the shopper has to press "Pay now" again */
async function goThrough(
  visitor: Visitor,
  visit: Visit,
  { productIds, expire }: VisitGround,
  fills: boolean,
): Promise<VisitEnd | undefined> {
  const wants = visit.wants.map(({ product, quantity }) => ({
    productId: productIds[product] ?? '',
    quantity,
  }));
  const confirm = fills ? await visitor.fillCart(wants) : await visitor.confirmPage();
  if (!confirm) return { is: 'sold out' };
  const placed = await visitor.payNow(confirm, visit.manner === 'presses "Pay now" twice at once' ? 2 : 1);
  if (placed.is === 'sold out') return { is: 'sold out' };
  const { sessionId, orderId } = placed;
  await pause(visit.hesitatesMs);

  switch (visit.manner) {
    case 'leaves the payment page open':
      return { is: 'left unpaid' };
    case 'goes back to the shop':
      await visitor.goBack(orderId);
      return { is: 'left unpaid' };
    case 'lets the payment page run out':
      await expire(sessionId);
      return { is: 'left unpaid' };
    case 'is declined and leaves':
      await visitor.pay(sessionId, declinedCard);
      return { is: 'left unpaid' };
    case 'is declined first':
      await visitor.pay(sessionId, declinedCard);
  }
  const card = visit.manner === 'pays with 3-D Secure' ? authenticatedCard : goodCard;
  const tabs = visit.manner === 'pays in two tabs at once' ? 2 : 1;
  const ends = await Promise.all(Array.from({ length: tabs }, () => visitor.pay(sessionId, card)));
  if (!ends.includes('paid')) return undefined;
  if (visit.manner !== 'pays and closes the page') await visitor.awaitThanks(orderId);
  return { is: 'paid', orderId };
}

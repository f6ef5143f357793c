import { setTimeout as pause } from 'node:timers/promises';
import { cards } from '@micromall/test-kit/shopper';
import type { Visit } from '../plan/visits.js';
import type { RetryingShopper } from './retrying-shopper.js';

/** How a visit ended. */
export type VisitEnd =
  | { readonly is: 'paid'; readonly orderId: string }
  | { readonly is: 'left unpaid' }
  | { readonly is: 'sold out' }
  /** The shop did not do its part for longer than anybody waits. */
  | { readonly is: 'gave up'; readonly because: string };

export interface VisitContext {
  /** By position in the plan. */
  readonly productIds: readonly string[];
  /** Lets the payment page of a session run out now. */
  expire(sessionId: string): Promise<void>;
}

/** A page that closed while the shopper stood at it is opened anew so many times. */
const mostPages = 4;

/** @param isNew whether the shopper makes an account first */
export async function makeVisit(
  shopper: RetryingShopper,
  isNew: boolean,
  visit: Visit,
  context: VisitContext,
): Promise<VisitEnd> {
  try {
    if (isNew) await shopper.enter();
    for (let pages = 1; pages <= mostPages; pages += 1) {
      const end = await goThrough(shopper, visit, context, pages === 1);
      if (end) return end;
    }
    return { is: 'gave up', because: `${mostPages} payment pages closed one after the other` };
  } catch (error) {
    // One shopper fails, and the ledger shows it; the others go on.
    return { is: 'gave up', because: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns undefined if the payment page had closed, and the shopper has to press "Pay now" again */
async function goThrough(
  shopper: RetryingShopper,
  visit: Visit,
  { productIds, expire }: VisitContext,
  fills: boolean,
): Promise<VisitEnd | undefined> {
  const wants = visit.wants.map(({ product, quantity }) => ({
    productId: productIds[product] ?? '',
    quantity,
  }));
  const confirm = fills ? await shopper.fillCart(wants) : await shopper.confirmPage();
  if (!confirm) return { is: 'sold out' };
  const placed = await shopper.payNow(confirm, visit.behaviour === 'presses "Pay now" twice at once' ? 2 : 1);
  if (placed.is === 'sold out') return { is: 'sold out' };
  const { sessionId, wayBack } = placed;
  const orderId = wayBack.searchParams.get('order') ?? '';
  await pause(visit.hesitatesMs);

  switch (visit.behaviour) {
    case 'leaves the payment page open':
      return { is: 'left unpaid' };
    case 'goes back to the shop':
      await shopper.goBack(wayBack);
      return { is: 'left unpaid' };
    case 'lets the payment page run out':
      await expire(sessionId);
      return { is: 'left unpaid' };
    case 'is declined and leaves':
      await shopper.pay(sessionId, cards.declined);
      return { is: 'left unpaid' };
    case 'is declined first':
      await shopper.pay(sessionId, cards.declined);
  }
  const card = visit.behaviour === 'pays with 3-D Secure' ? cards.authenticated : cards.pays;
  const tabs = visit.behaviour === 'pays in two tabs at once' ? 2 : 1;
  const ends = await Promise.all(Array.from({ length: tabs }, () => shopper.pay(sessionId, card)));
  if (!ends.includes('paid')) return undefined;
  if (visit.behaviour !== 'pays and closes the page') await shopper.awaitThanks(orderId);
  return { is: 'paid', orderId };
}

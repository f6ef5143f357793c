import type { CancelReason, Order, OrderState } from '@micromall/contracts';

/**
 * What an order means for the shopper's money. `paid`: the shop has it and sends the order; `refunding`, `refunded`,
 * `refund-failed`: it goes back, went back, or could not be given back yet.
 */
export type OrderOutcome = 'awaiting' | 'paid' | 'refunding' | 'refunded' | 'refund-failed' | 'cancelled';

const outcomes: Record<OrderState, OrderOutcome> = {
  'awaiting-payment': 'awaiting',
  paid: 'paid',
  accepted: 'paid',
  shipped: 'paid',
  delivered: 'paid',
  refunding: 'refunding',
  refunded: 'refunded',
  'refund-failed': 'refund-failed',
  cancelled: 'cancelled',
};

export function outcomeOf(state: OrderState): OrderOutcome {
  return outcomes[state];
}

/** Whether the shop took the money of an order, also if it goes back. */
export function wasPaid(state: OrderState): boolean {
  return state !== 'awaiting-payment' && state !== 'cancelled';
}

/** How a paid order stands, for the page that thanks. */
export function thanksText(state: OrderState): string {
  if (state === 'shipped') return 'It is paid and on its way.';
  if (state === 'delivered') return 'It is paid and was delivered.';
  return 'It is paid, and we send it soon.';
}

const cancelled: Record<CancelReason, string> = {
  'shopper-went-back': 'You went back from the payment page.',
  'payment-expired': 'It was not paid in time.',
  'out-of-stock': 'There was not enough left.',
  'cart-changed': 'The cart had changed meanwhile.',
  'checkout-abandoned': 'It was not paid.',
};

const paidAfterCancelling: Record<CancelReason, string> = {
  'shopper-went-back':
    'It had been cancelled, because you went back from the payment page, before your payment came.',
  'payment-expired': 'Its time to pay had run out before your payment came.',
  'out-of-stock': 'It had been cancelled before your payment came: there was not enough left.',
  'cart-changed': 'It had been cancelled before your payment came: the cart had changed meanwhile.',
  'checkout-abandoned': 'It had been cancelled before your payment came.',
};

/** Why an order ended, in a sentence or two; undefined for one that goes on. */
export function endReasonText({ state, cancelReason, history }: Order): string | undefined {
  if (state === 'cancelled')
    return cancelReason ? `${cancelled[cancelReason]} Nothing was charged.` : undefined;
  if (outcomeOf(state) === 'paid' || state === 'awaiting-payment') return undefined;
  if (cancelReason) return paidAfterCancelling[cancelReason];
  const wasAccepted = history.some((entry) => entry.state === 'accepted');
  return wasAccepted
    ? 'The shop cancelled it.'
    : 'It was cancelled, or something in it was sold out, after you had paid.';
}

import type { CancelReason, CartChange, Order, OrderState, Shortage } from '@micromall/contracts';
import type { Notice } from '../session/session.js';

/** What stands above prices and stock that product-service could not confirm just now. */
export const notCurrent: Notice = {
  kind: 'alert',
  text: 'Our storeroom does not answer just now: prices and stock are some minutes old, and putting something into the cart may not work until it does.',
};

/** From this many on, how many are left is no reason to hurry. */
const fewLeft = 5;

export function stockWords(available: number): string {
  if (available === 0) return 'Sold out';
  return available <= fewLeft ? `Only ${available} left` : `${available} left`;
}

/** How urgent the stock is, for its colour; the words say it too. */
export function stockLevel(available: number): 'out' | 'few' | 'plenty' {
  if (available === 0) return 'out';
  return available <= fewLeft ? 'few' : 'plenty';
}

/** Why no more of a product went into the cart. */
export function tooManyWords(details: { name: string; available: number; inCart: number }): string {
  const { name, available, inCart } = details;
  if (available === 0) return `${name} is sold out.`;
  const left = `Only ${available} of ${name} ${available === 1 ? 'is' : 'are'} left`;
  return inCart === 0 ? `${left}.` : `${left}; you have ${inCart} in your cart.`;
}

/** What had to change in a cart, one sentence a line. */
export function changeWords(change: CartChange): string {
  return change.to === 0
    ? `${change.name} is sold out and was removed.`
    : `${change.name}: ${change.from} → ${change.to}, because only ${change.to} ${change.to === 1 ? 'is' : 'are'} left.`;
}

/** What is missing for an order, one sentence a line. */
export function shortageWords(shortage: Shortage): string {
  const { name, wanted, available } = shortage;
  if (available === 0) return `${name} is sold out; you wanted ${wanted}.`;
  return `Only ${available} of ${name} ${available === 1 ? 'is' : 'are'} left; you wanted ${wanted}.`;
}

const states: Record<OrderState, string> = {
  'awaiting-payment': 'Waiting for payment',
  paid: 'Paid',
  accepted: 'Accepted, being prepared',
  shipped: 'On its way',
  delivered: 'Delivered',
  refunding: 'Refund on its way',
  refunded: 'Refunded',
  'refund-failed': 'Refund delayed, we are looking into it',
  cancelled: 'Cancelled',
};

export function stateWords(state: OrderState): string {
  return states[state];
}

const reasons: Record<CancelReason, string> = {
  'shopper-went-back': 'You went back from the payment page. Nothing was charged.',
  'payment-expired': 'It was not paid in time. Nothing was charged.',
  'out-of-stock': 'There was not enough left. Nothing was charged.',
  'cart-changed': 'The cart had changed meanwhile. Nothing was charged.',
  'checkout-abandoned': 'It was not paid. Nothing was charged.',
};

export function cancelWords(order: Order): string | undefined {
  return order.cancelReason === null ? undefined : reasons[order.cancelReason];
}

/** Whether the money of an order has been taken, as far as the shop knows. */
export function isPaid(state: OrderState): boolean {
  return state !== 'awaiting-payment' && state !== 'cancelled';
}

const moments = new Intl.DateTimeFormat('en-SG', { dateStyle: 'medium', timeStyle: 'short' });

export function momentWords(timestamp: string): string {
  return moments.format(new Date(timestamp));
}

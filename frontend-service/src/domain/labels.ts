import type {
  CartChange,
  changeCart,
  OrderState,
  placeOrder,
  RpcFailure,
  Shortage,
} from '@micromall/contracts';
import { formatMoney } from './money.js';
import type { Notice } from './notice.js';

/** What stands above prices and stock that product-service could not confirm just now. */
export const notCurrent: Notice = {
  kind: 'alert',
  text: 'Our storeroom does not answer just now: prices and stock are some minutes old, and putting something into the cart may not work until it does.',
};

/** From this many on, how many are left is no reason to hurry. */
const fewLeft = 5;

export function stockLabel(available: number): string {
  if (available === 0) return 'Sold out';
  return available <= fewLeft ? `Only ${available} left` : `${available} left`;
}

/** How urgent the stock is, for its colour; the label says it too. */
export function stockUrgency(available: number): 'out' | 'few' | 'plenty' {
  if (available === 0) return 'out';
  return available <= fewLeft ? 'few' : 'plenty';
}

type TooMany = Extract<RpcFailure<typeof changeCart>, { code: 'insufficient-stock' }>['details'];

/** Why no more of a product went into the cart. */
export function tooManyText({ name, available, inCart }: TooMany): string {
  if (available === 0) return `${name} is sold out.`;
  const left = `Only ${available} of ${name} ${available === 1 ? 'is' : 'are'} left`;
  return inCart === 0 ? `${left}.` : `${left}; you have ${inCart} in your cart.`;
}

/** What had to change in a cart, one sentence a line. */
export function cartChangeText(change: CartChange): string {
  return change.to === 0
    ? `${change.name} is sold out and was removed.`
    : `${change.name}: ${change.from} → ${change.to}, because only ${change.to} ${change.to === 1 ? 'is' : 'are'} left.`;
}

/** What is missing for an order, one sentence a line. */
export function shortageText({ name, wanted, available }: Shortage): string {
  if (available === 0) return `${name} is sold out; you wanted ${wanted}.`;
  return `Only ${available} of ${name} ${available === 1 ? 'is' : 'are'} left; you wanted ${wanted}.`;
}

type ChargeLimits = Extract<RpcFailure<typeof placeOrder>, { code: 'total-not-payable' }>['details'];

/** What Stripe takes for one payment, such as `between $0.50 and $999,999.99`. */
export function chargeLimitsText({ least, most, currency }: ChargeLimits): string {
  return `between ${formatMoney(least, currency)} and ${formatMoney(most, currency)}`;
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

export function orderStateLabel(state: OrderState): string {
  return states[state];
}

const timeFormat = new Intl.DateTimeFormat('en-SG', { dateStyle: 'medium', timeStyle: 'short' });

export function formatTime(timestamp: string): string {
  return timeFormat.format(new Date(timestamp));
}

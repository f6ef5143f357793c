import type { Cart, OrderLine } from '@micromall/contracts';
import { checkPaymentEveryMs } from './checks.js';
import { type OrderRecord, type Shipping, subtotalOf } from './order.js';

/** What the shopper agreed to on the confirm page. */
export interface Confirmation {
  /** Names the attempt: the same id is the same order. */
  readonly checkoutId: string;
  /** Integer, minor units. */
  readonly confirmedTotal: number;
  readonly cartVersion: number;
}

/** Who buys. */
export interface Shopper {
  readonly userId: string;
  readonly email: string;
}

/** What names an order and what only its payment page knows, drawn at random by the caller. */
export interface OrderIds {
  readonly _id: string;
  readonly number: string;
  readonly cancelToken: string;
  readonly traceId: string;
}

/** How the shop sells. */
export interface Terms {
  readonly shipping: Shipping;
  /** ISO 4217. */
  readonly currency: string;
  /** How long the payment page stays open. */
  readonly checkoutMinutes: number;
}

/** The order of a cart as it is now. */
export function newOrder(
  ids: OrderIds,
  { userId, email }: Shopper,
  confirmation: Confirmation,
  cart: Pick<Cart, 'lines'>,
  { shipping, currency, checkoutMinutes }: Terms,
  now: Date,
): OrderRecord {
  const lines = cart.lines.map(
    ({ productId, name, image, price, quantity, amount }): OrderLine => ({
      productId,
      name,
      image,
      price,
      quantity,
      amount,
    }),
  );
  const subtotal = subtotalOf(lines);
  return {
    ...ids,
    userId,
    email,
    ...confirmation,
    state: 'awaiting-payment',
    lines,
    subtotal,
    shipping,
    total: subtotal + shipping.amount,
    currency,
    createdAt: now,
    expiresAt: new Date(now.getTime() + checkoutMinutes * 60_000),
    history: [{ state: 'awaiting-payment', at: now }],
    cancelReason: null,
    closingReason: null,
    shortages: [],
    checkout: null,
    payment: null,
    refundAttempts: 0,
    refundReason: null,
    refundId: null,
    refundFailure: null,
    outbox: [],
    nextCheckAt: new Date(now.getTime() + checkPaymentEveryMs),
  };
}

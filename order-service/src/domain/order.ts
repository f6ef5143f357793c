import type {
  CancelReason,
  Order,
  OrderLine,
  OrderState,
  RefundReason,
  Shortage,
} from '@micromall/contracts';

/** One way of delivery. `amount`: integer, minor units. */
export interface Shipping {
  readonly label: string;
  readonly amount: number;
  /** Business days. */
  readonly minDays: number;
  /** Business days. */
  readonly maxDays: number;
}

/** A sum of money. `amount`: integer, minor units; `currency`: ISO 4217. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What Stripe took for an order, under Stripe's names for it. */
export interface Payment extends Money {
  readonly sessionId: string;
  readonly paymentIntentId: string;
}

/** The payment page of an order at Stripe. */
export interface Checkout {
  readonly sessionId: string;
  readonly url: string;
}

/** An event that waits in the order until the broker has taken it. */
export interface OutboxMessage {
  /** The same for ever, so that consumers know an event that comes twice. */
  readonly messageId: string;
  readonly event: string;
  readonly payload: unknown;
  /** The trace in which it happened: https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent: string;
}

/** An order with all that the shop knows of it. Amounts are integers in minor units. */
export interface OrderRecord {
  readonly _id: string;
  /** What people say on the telephone; unique. */
  readonly number: string;
  readonly userId: string;
  /** The attempt to check out that made it; unique for a user. */
  readonly checkoutId: string;
  readonly email: string;
  readonly state: OrderState;
  /** What is sold, at the names and prices of the moment in which its stock was reserved. */
  readonly lines: readonly OrderLine[];
  /** What the lines cost together. */
  readonly subtotal: number;
  readonly shipping: Shipping;
  /** Subtotal and shipping: what Stripe is to take. */
  readonly total: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The total to which the shopper agreed. */
  readonly confirmedTotal: number;
  /** The version of the cart from which it was made. */
  readonly cartVersion: number;
  readonly createdAt: Date;
  /** When its payment page closes. */
  readonly expiresAt: Date;
  /** Each state in which it has been, oldest first. */
  readonly history: readonly { readonly state: OrderState; readonly at: Date }[];
  readonly cancelReason: CancelReason | null;
  /** Why its payment page is being closed, written before Stripe is asked to close it. */
  readonly closingReason: CancelReason | null;
  /** What there was too little of, if it was cancelled for lack of stock. */
  readonly shortages: readonly Shortage[];
  readonly checkout: Checkout | null;
  readonly payment: Payment | null;
  /** How many times its refund was begun; each attempt has a key of its own at Stripe. */
  readonly refundAttempts: number;
  readonly refundReason: RefundReason | null;
  readonly refundId: string | null;
  readonly refundFailure: string | null;
  /** Events that the broker does not have yet, oldest first. */
  readonly outbox: readonly OutboxMessage[];
  /** Of the "Pay now" that made it; missing in orders from before there were trace ids. */
  readonly traceId?: string;
  /** The secret in the return address of its payment page; missing in orders from before there were such secrets. */
  readonly cancelToken?: string;
  /** When the sweeper checks it next, while it waits for a payment or a refund. */
  readonly nextCheckAt: Date;
}

/** The order as people and other services see it: without its secrets. */
export function toOrder(record: OrderRecord): Order {
  return {
    orderId: record._id,
    number: record.number,
    userId: record.userId,
    state: record.state,
    lines: record.lines.map((line) => ({ ...line })),
    subtotal: record.subtotal,
    shipping: record.shipping.amount,
    total: record.total,
    currency: record.currency,
    createdAt: record.createdAt.toISOString(),
    history: record.history.map(({ state, at }) => ({ state, at: at.toISOString() })),
    cancelReason: record.cancelReason,
    traceId: record.traceId ?? null,
  };
}

/** What the lines of an order cost together, in minor units. */
export function subtotalOf(lines: readonly { readonly amount: number }[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0);
}

/** Whether two lists of lines sell the same things at the same prices under the same names. */
export function sameLines(some: readonly OrderLine[], others: readonly OrderLine[]): boolean {
  return (
    some.length === others.length &&
    some.every((line, index) => {
      const other = others[index];
      return (
        other !== undefined &&
        line.productId === other.productId &&
        line.name === other.name &&
        line.image === other.image &&
        line.price === other.price &&
        line.quantity === other.quantity
      );
    })
  );
}

/** Whether what Stripe took is exactly what the order costs. */
export function paysFor(payment: Money, order: Pick<OrderRecord, 'total' | 'currency'>): boolean {
  return payment.amount === order.total && payment.currency === order.currency;
}

/** Whether an order is, or was once, in a state. */
export function hasBeen(order: Pick<OrderRecord, 'history'>, state: OrderState): boolean {
  return order.history.some((entry) => entry.state === state);
}

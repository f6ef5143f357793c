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
  readonly minDays: number;
  readonly maxDays: number;
}

/** What Stripe took. `amount`: integer, minor units. */
export interface Payment {
  readonly sessionId: string;
  readonly paymentIntentId: string;
  readonly amount: number;
  readonly currency: string;
}

/** An event that waits in the order for the broker to take it. */
export interface OutboxMessage {
  readonly messageId: string;
  readonly event: string;
  readonly payload: unknown;
  readonly traceparent: string;
}

/** An order as it is kept. Amounts are integers in minor units. */
export interface OrderRecord {
  readonly _id: string;
  readonly number: string;
  readonly userId: string;
  /** The attempt to check out that made it; unique for a user. */
  readonly checkoutId: string;
  readonly email: string;
  readonly state: OrderState;
  readonly lines: readonly OrderLine[];
  readonly subtotal: number;
  readonly shipping: Shipping;
  readonly total: number;
  readonly currency: string;
  /** What the shopper agreed to. */
  readonly confirmedTotal: number;
  readonly cartVersion: number;
  readonly createdAt: Date;
  /** When its payment page closes. */
  readonly expiresAt: Date;
  readonly history: readonly { readonly state: OrderState; readonly at: Date }[];
  readonly cancelReason: CancelReason | null;
  /** Why its payment page is being closed, written down before Stripe, which tells everybody, is asked to. */
  readonly closingReason: CancelReason | null;
  /** Why it was cancelled, if it was for lack of stock. */
  readonly shortages: readonly Shortage[];
  readonly checkout: { readonly sessionId: string; readonly url: string } | null;
  readonly payment: Payment | null;
  /** How many times its refund was asked for; each new one has a new key at Stripe. */
  readonly refundAttempts: number;
  readonly refundReason: RefundReason | null;
  readonly refundId: string | null;
  readonly refundFailure: string | null;
  readonly outbox: readonly OutboxMessage[];
  /** Of the "Pay now" that made it; missing in orders from before it was kept. */
  readonly traceId?: string;
  /** When the sweeper looks at it next, while it waits for a payment or a refund. */
  readonly nextLookAt: Date;
}

/** The order as people and other services see it. */
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
export function paysFor(payment: Payment, order: OrderRecord): boolean {
  return payment.amount === order.total && payment.currency === order.currency;
}

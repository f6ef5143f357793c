import { order } from '@micromall/contracts';
import { z } from 'zod';

/**
 * What the ledger compares: what the stand-in for Stripe took and gave back, against what the shop has written down.
 * All amounts are integers in minor units.
 */
export interface Books {
  readonly payments: readonly Payment[];
  readonly orders: readonly OrderEntry[];
  readonly products: readonly ProductEntry[];
  /** Every event that was published, each delivery of it; undefined when nobody recorded them. */
  readonly events: readonly PublishedEvent[] | undefined;
  /** Messages that nobody could handle. */
  readonly parked: readonly ParkedMessage[];
}

const refund = z.object({ id: z.string(), amount: z.int(), status: z.string() });

/** A payment that succeeded, as the stand-in keeps it. */
export const payment = z.object({
  session: z.string(),
  payment_intent: z.string(),
  amount: z.int(),
  amount_refunded: z.int(),
  /** In small letters, as Stripe writes it. */
  currency: z.string(),
  /** Seconds since 1970. */
  created: z.int(),
  metadata: z.record(z.string(), z.string()),
  refunds: z.array(refund),
});
export type Payment = z.output<typeof payment>;

/** An order as order-service keeps it. */
export const orderEntry = z.object({
  _id: z.string(),
  number: z.string(),
  state: order.shape.state,
  lines: z.array(z.object({ productId: z.string(), quantity: z.int() })),
  total: z.int(),
  currency: z.string(),
  history: z.array(z.object({ state: order.shape.state, at: z.date() })),
  checkout: z.object({ sessionId: z.string() }).nullable(),
  outbox: z.array(z.unknown()),
});
export type OrderEntry = z.output<typeof orderEntry>;

/** A product as product-service keeps it, with how many were ever put in. */
export interface ProductEntry {
  readonly productId: string;
  readonly name: string;
  readonly stocked: number;
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
  readonly holds: readonly { readonly orderId: string; readonly quantity: number }[];
}

export interface PublishedEvent {
  readonly event: string;
  readonly orderId: string;
  readonly messageId: string;
}

export interface ParkedMessage {
  readonly queue: string;
  readonly reason: string;
  readonly firstError: string;
}

/** States in which the shop says that it has the money. */
export const statesWithMoney: readonly OrderEntry['state'][] = ['paid', 'accepted', 'shipped', 'delivered'];
/** States from which an order moves on by itself, or in which somebody must look at it. */
export const unsettledStates: readonly OrderEntry['state'][] = ['refunding', 'refund-failed'];

export function hasBeen({ history }: OrderEntry, state: OrderEntry['state']): boolean {
  return history.some((entry) => entry.state === state);
}

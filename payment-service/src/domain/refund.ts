import type { RefundReason } from '@micromall/contracts';
import type Stripe from 'stripe';

/** `requested`: Stripe may or may not have been asked for it yet. */
export type RefundStatus = 'requested' | 'pending' | 'succeeded' | 'failed';

/** One attempt to give the payment of an order back. */
export interface RefundRecord {
  /** `<order id>:<attempt>`: part of its idempotency key at Stripe too. */
  readonly _id: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly reason: RefundReason;
  readonly status: RefundStatus;
  /** Absent until Stripe has made it. */
  readonly refundId?: string;
  /** The same id, if it was made by hand in Stripe's dashboard: it is adopted as one attempt only. */
  readonly byHand?: string;
  readonly failure: string | null;
  /** What goes back: integer, minor units. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** The last outcome of which an event was emitted. */
  readonly reported: RefundStatus | null;
  /** Nothing more is expected. */
  readonly settled: boolean;
  readonly createdAt: Date;
  /** How many times the sweeper has checked it. */
  readonly checks: number;
  readonly nextCheckAt: Date;
}

/** After so many checks (an hour and a half) a success counts as final; if a bank bounces it later, a webhook comes. */
export const checksAfterSuccess = 12;

/** Names an attempt, here and at Stripe. */
export function refundKey(orderId: string, attempt: number): string {
  return `${orderId}:${attempt}`;
}

/** How a refund stands. https://docs.stripe.com/api/refunds/object#refund_object-status */
export function statusOfRefund(refund: Stripe.Refund): RefundStatus {
  if (refund.status === 'succeeded') return 'succeeded';
  if (refund.status === 'failed' || refund.status === 'canceled') return 'failed';
  return 'pending';
}

/** Which of our attempts made a refund; undefined for one that was made by hand in Stripe's dashboard. */
export function attemptOf(refund: Stripe.Refund): { orderId: string; attempt: number } | undefined {
  const { orderId, attempt } = refund.metadata ?? {};
  const number = Number(attempt);
  if (orderId === undefined || !Number.isInteger(number) || number < 1) return undefined;
  return { orderId, attempt: number };
}

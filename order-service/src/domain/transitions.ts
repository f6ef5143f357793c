import type { OrderState } from '@micromall/contracts';

/** The whole life of an order: from each state, the states that may follow. What is not here can't happen. */
export const transitions = {
  'awaiting-payment': ['paid', 'cancelled'],
  paid: ['accepted', 'refunding'],
  accepted: ['shipped', 'refunding'],
  shipped: ['delivered', 'refunding'],
  delivered: ['refunding'],
  /** The money came after all: if there is no order, the money goes back. */
  cancelled: ['refunding'],
  refunding: ['refunded', 'refund-failed'],
  /** A bank may bounce a refund days after Stripe called it done. */
  refunded: ['refund-failed'],
  /** A person asks for the refund again. */
  'refund-failed': ['refunding'],
} as const satisfies Record<OrderState, readonly OrderState[]>;

/** Whether the table lets an order go from one state to the other. */
export function mayBecome(from: OrderState, to: OrderState): boolean {
  const next: readonly OrderState[] = transitions[from];
  return next.includes(to);
}

/** Whether the shop holds the money of an order, so that a person may ask for its refund. */
export function isRefundable(state: OrderState): boolean {
  return state !== 'cancelled' && mayBecome(state, 'refunding');
}

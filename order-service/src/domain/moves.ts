import {
  type CancelReason,
  type EventContract,
  type EventPayloadInput,
  type OrderState,
  orderAccepted,
  orderCancelled,
  orderDelivered,
  orderPaid,
  orderRefunded,
  orderRefundRequested,
  orderShipped,
  type RefundReason,
  type Shortage,
} from '@micromall/contracts';
import type { OrderRecord, OutboxMessage, Payment } from './order.js';

/** One step in the life of an order, with what it needs to know. */
export type Move =
  | { readonly to: 'paid'; readonly payment: Payment | null }
  | {
      readonly to: 'cancelled';
      readonly reason: CancelReason;
      readonly shortages?: readonly Shortage[];
    }
  | { readonly to: 'accepted' | 'shipped' | 'delivered' }
  | { readonly to: 'refunding'; readonly reason: RefundReason; readonly payment?: Payment }
  | { readonly to: 'refunded'; readonly refundId: string }
  | { readonly to: 'refund-failed'; readonly refundId: string; readonly failure: string };

/** What one move writes into the order, all in one update. */
export interface Change {
  readonly set: Partial<OrderRecord> & { readonly state: OrderState };
  readonly outbox: readonly OutboxMessage[];
}

/** How long a refund may take before it is asked for again. */
export const refundPatienceMs = 5 * 60_000;

/** What a move changes in an order and tells the other services. */
export function changeOf(order: OrderRecord, move: Move, at: Date, traceparent: string): Change {
  return {
    set: { state: move.to, ...fieldsOf(order, move, at) },
    outbox: messagesOf(order, move, at).map((message) => ({ ...message, traceparent })),
  };
}

function fieldsOf(order: OrderRecord, move: Move, at: Date): Partial<OrderRecord> {
  switch (move.to) {
    case 'paid':
      return { payment: move.payment };
    case 'cancelled':
      return { cancelReason: reasonOf(order, move), shortages: move.shortages ?? [] };
    case 'refunding':
      return {
        refundAttempts: order.refundAttempts + 1,
        refundReason: move.reason,
        refundId: null,
        refundFailure: null,
        nextLookAt: new Date(at.getTime() + refundPatienceMs),
        ...(move.payment ? { payment: move.payment } : {}),
      };
    case 'refunded':
      return { refundId: move.refundId };
    case 'refund-failed':
      return { refundId: move.refundId, refundFailure: move.failure };
    default:
      return {};
  }
}

/** That a page has expired may also be the news that it was closed here, and then it is known why. */
function reasonOf(order: OrderRecord, { reason }: Extract<Move, { to: 'cancelled' }>): CancelReason {
  return reason === 'payment-expired' ? (order.closingReason ?? reason) : reason;
}

type Message = Omit<OutboxMessage, 'traceparent'>;

function messagesOf(order: OrderRecord, move: Move, at: Date): Message[] {
  const common = commonOf(order, at);
  const lines = order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const { total, currency } = order;
  switch (move.to) {
    case 'paid':
      return [message(orderPaid, { ...common, lines, total, currency })];
    case 'cancelled':
      return [message(orderCancelled, { ...common, lines, reason: reasonOf(order, move) })];
    case 'accepted':
      return [message(orderAccepted, common)];
    case 'shipped':
      return [message(orderShipped, common)];
    case 'delivered':
      return [message(orderDelivered, common)];
    case 'refunding':
      return [refundRequest(order, order.refundAttempts + 1, move.reason, at)];
    case 'refunded': {
      // A refund that the bank bounced and that was made again gives no stock back a second time.
      if (hasBeen(order, 'refunded')) return [];
      // What was cancelled before its money came gave its stock back then.
      const returned = hasBeen(order, 'cancelled') ? [] : lines;
      return [message(orderRefunded, { ...common, lines: returned, total, currency })];
    }
    case 'refund-failed':
      return [];
  }
}

function hasBeen(order: OrderRecord, state: OrderState): boolean {
  return order.history.some((entry) => entry.state === state);
}

/** The request to payment-service to give the money back; the same attempt is the same message. */
export function refundRequest(order: OrderRecord, attempt: number, reason: RefundReason, at: Date): Message {
  const payload = { ...commonOf(order, at), reason, attempt };
  return message(orderRefundRequested, payload, `:${attempt}`);
}

function commonOf(order: OrderRecord, at: Date) {
  return { orderId: order._id, number: order.number, userId: order.userId, occurredAt: at.toISOString() };
}

/** An event and its name for ever: an order tells each thing once. */
function message<Contract extends EventContract>(
  contract: Contract,
  payload: EventPayloadInput<Contract> & { orderId: string },
  suffix = '',
): Message {
  return { messageId: `${contract.name}:${payload.orderId}${suffix}`, event: contract.name, payload };
}

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
import { refundTimeoutMs } from './checks.js';
import { hasBeen, type OrderRecord, type OutboxMessage, type Payment } from './order.js';

/** One transition in the life of an order, with what it needs to know. */
export type Transition =
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

/** What one transition writes into the order, all in one update. */
export interface Change {
  readonly set: Partial<OrderRecord> & { readonly state: OrderState };
  readonly outbox: readonly OutboxMessage[];
}

/** What a transition changes in an order, and which events the other services get. */
export function changeOf(order: OrderRecord, transition: Transition, at: Date, traceparent: string): Change {
  return {
    set: { state: transition.to, ...fieldsOf(order, transition, at) },
    outbox: messagesOf(order, transition, at).map((message) => ({ ...message, traceparent })),
  };
}

function fieldsOf(order: OrderRecord, transition: Transition, at: Date): Partial<OrderRecord> {
  switch (transition.to) {
    case 'paid':
      return { payment: transition.payment };
    case 'cancelled':
      return { cancelReason: reasonOf(order, transition), shortages: transition.shortages ?? [] };
    case 'refunding':
      return {
        refundAttempts: order.refundAttempts + 1,
        refundReason: transition.reason,
        refundId: null,
        refundFailure: null,
        nextCheckAt: new Date(at.getTime() + refundTimeoutMs),
        ...(transition.payment ? { payment: transition.payment } : {}),
      };
    case 'refunded':
      return { refundId: transition.refundId };
    case 'refund-failed':
      return { refundId: transition.refundId, refundFailure: transition.failure };
    default:
      return {};
  }
}

/** A page that has expired may have been closed by the shop itself, and then it is known why. */
function reasonOf(order: OrderRecord, { reason }: Extract<Transition, { to: 'cancelled' }>): CancelReason {
  return reason === 'payment-expired' ? (order.closingReason ?? reason) : reason;
}

type Message = Omit<OutboxMessage, 'traceparent'>;

function messagesOf(order: OrderRecord, transition: Transition, at: Date): Message[] {
  const common = commonOf(order, at);
  const lines = order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const { total, currency } = order;
  switch (transition.to) {
    case 'paid':
      return [message(orderPaid, { ...common, lines, total, currency })];
    case 'cancelled':
      return [message(orderCancelled, { ...common, lines, reason: reasonOf(order, transition) })];
    case 'accepted':
      return [message(orderAccepted, common)];
    case 'shipped':
      return [message(orderShipped, common)];
    case 'delivered':
      return [message(orderDelivered, common)];
    case 'refunding':
      return [refundRequest(order, order.refundAttempts + 1, transition.reason, at)];
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

/** The request to payment-service to give the money back; the same attempt is the same message. */
export function refundRequest(order: OrderRecord, attempt: number, reason: RefundReason, at: Date): Message {
  const payload = { ...commonOf(order, at), reason, attempt };
  return message(orderRefundRequested, payload, `:${attempt}`);
}

function commonOf(order: OrderRecord, at: Date) {
  return { orderId: order._id, number: order.number, userId: order.userId, occurredAt: at.toISOString() };
}

/** An order emits each event once, so the event and the order name the message. */
function message<Contract extends EventContract>(
  contract: Contract,
  payload: EventPayloadInput<Contract> & { orderId: string },
  suffix = '',
): Message {
  return { messageId: `${contract.name}:${payload.orderId}${suffix}`, event: contract.name, payload };
}

import type { OutboxMessage } from '../domain/order.js';
import { occurredAt } from '../domain/outbox.js';
import type { StoredOrder } from './order-schema.js';
import type { OrderModel } from './orders.js';

/** The outbox of an order, when it may be tried (again). */
export interface DueOutbox {
  readonly orderId: string;
  /** How many times the relay has tried in vain. */
  readonly attempts: number;
}

/** The events that wait in orders. Every write is one update of one document. */
export interface OutboxStore {
  /** Oldest first. */
  messagesOf(orderId: string): Promise<readonly OutboxMessage[]>;
  /** Takes messages that the broker has, the first ones of the outbox, out of it. */
  markSent(orderId: string, sent: readonly OutboxMessage[]): Promise<void>;
  /** Outboxes that may be tried now: those that were never tried first, then those that are due the longest. */
  due(now: Date, limit: number): Promise<DueOutbox[]>;
  /**
   * Claims a due outbox until `retryAt`, when it may be tried again.
   * @returns what is in it; undefined if another process has claimed it, or it is empty
   */
  claim(due: DueOutbox, retryAt: Date): Promise<readonly OutboxMessage[] | undefined>;
  /** How many orders have something in the outbox. */
  count(): Promise<number>;
  /** Since when the oldest event of all orders waits; undefined if none does. */
  oldestSince(): Promise<Date | undefined>;
}

/** The fields of a filled outbox, to be taken away with its last message. */
const emptied = { outboxFilled: 1, outboxSince: 1, outboxAttempts: 1, outboxRetryAt: 1 } as const;

export function createOutboxStore(orders: OrderModel): OutboxStore {
  async function unmarkEmpty(orderId: string): Promise<void> {
    await orders.updateOne({ _id: orderId, outbox: { $size: 0 } }, { $unset: emptied });
  }

  return {
    async messagesOf(orderId) {
      const found = await orders.findById(orderId, { outbox: 1 }).lean<Pick<StoredOrder, 'outbox'>>();
      return found?.outbox ?? [];
    },
    async markSent(orderId, sent) {
      const last = sent.at(-1);
      if (!last) return;
      // Messages join at the end and leave from the front: this length with this end is exactly what was read.
      const whole = await orders.updateOne(
        {
          _id: orderId,
          outbox: { $size: sent.length },
          [`outbox.${sent.length - 1}.messageId`]: last.messageId,
        },
        { $set: { outbox: [] }, $unset: emptied },
      );
      if (whole.matchedCount === 1) return;
      const messageIds = sent.map((message) => message.messageId);
      await orders.updateOne({ _id: orderId }, { $pull: { outbox: { messageId: { $in: messageIds } } } });
      await unmarkEmpty(orderId);
    },
    async due(now, limit) {
      // Ascending order begins with those that have no such field: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
      const first = await orders
        .find({ outboxFilled: true }, { outboxAttempts: 1, outboxRetryAt: 1 })
        .sort({ outboxRetryAt: 1, _id: 1 })
        .limit(limit)
        .lean<Pick<StoredOrder, '_id' | 'outboxAttempts' | 'outboxRetryAt'>[]>();
      return first
        .filter(({ outboxRetryAt }) => !outboxRetryAt || outboxRetryAt <= now)
        .map(({ _id, outboxAttempts }) => ({ orderId: _id, attempts: outboxAttempts ?? 0 }));
    },
    async claim({ orderId, attempts }, retryAt) {
      const claimed = await orders
        .findOneAndUpdate(
          { _id: orderId, outboxFilled: true, outboxAttempts: attempts === 0 ? null : attempts },
          { $set: { outboxAttempts: attempts + 1, outboxRetryAt: retryAt } },
          { returnDocument: 'after' },
        )
        .lean<StoredOrder>();
      if (claimed?.outbox.length !== 0) return claimed?.outbox;
      // A process died after it took the last message out.
      await unmarkEmpty(orderId);
      return undefined;
    },
    count() {
      return orders.countDocuments({ outboxFilled: true });
    },
    async oldestSince() {
      const [marked, unmarked] = await Promise.all([
        orders
          .findOne({ outboxFilled: true, outboxSince: { $gt: new Date(0) } }, { outboxSince: 1 })
          .sort({ outboxSince: 1 })
          .lean<Pick<StoredOrder, 'outboxSince'>>(),
        // Orders of earlier releases don't store since when; their messages have it. They only become fewer.
        orders
          .findOne({ outboxFilled: true, outboxSince: null, outbox: { $ne: [] } }, { outbox: 1 })
          .sort({ 'outbox.payload.occurredAt': 1 })
          .lean<Pick<StoredOrder, 'outbox'>>(),
      ]);
      const [first] = unmarked?.outbox ?? [];
      return earlier(marked?.outboxSince, first && occurredAt(first));
    },
  };
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (!one || !other) return one ?? other;
  return one < other ? one : other;
}

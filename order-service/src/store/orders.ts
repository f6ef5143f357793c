import type { CancelReason, OrderState } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Types } from 'mongoose';
import type { Change } from '../domain/moves.js';
import type { OrderRecord, OutboxMessage, Payment } from '../domain/order.js';
import { orderSchema, type StoredOrder } from './order-schema.js';

/** The most orders that are listed for one person. */
const longestList = 100;

/** Every write is one update of one document, so it happens wholly or not at all. */
export interface OrderStore {
  /** `taken`: an order has this number, or the user has an order of this checkout, or an open one of this cart. */
  insert(order: OrderRecord): Promise<'inserted' | 'taken'>;
  find(orderId: string): Promise<OrderRecord | undefined>;
  findByCheckout(userId: string, checkoutId: string): Promise<OrderRecord | undefined>;
  /** The order of a cart, as it was in that version, that waits for its payment. */
  findOpenOfCart(userId: string, cartVersion: number): Promise<OrderRecord | undefined>;
  /** Newest first. */
  list(userId: string): Promise<OrderRecord[]>;
  /** The newest order of a person. */
  newest(userId: string): Promise<OrderRecord | undefined>;
  /** The order afterwards; undefined if it has left the state that `order` shows, and nothing was changed. */
  move(order: OrderRecord, change: Change, at: Date): Promise<OrderRecord | undefined>;
  /** Like `move`, but stays in its state and has no checkout yet. */
  freeze(
    order: OrderRecord,
    frozen: Pick<OrderRecord, 'lines' | 'subtotal' | 'total'>,
  ): Promise<OrderRecord | undefined>;
  /** Keeps why the payment page of an order that is not paid yet is about to be closed. */
  noteClosing(orderId: string, reason: CancelReason): Promise<void>;
  /** Undefined if it does not wait for its payment any more. */
  openCheckout(
    orderId: string,
    checkout: NonNullable<OrderRecord['checkout']>,
  ): Promise<OrderRecord | undefined>;
  /** Keeps what Stripe said about the payment, unless that is known. */
  rememberPayment(orderId: string, payment: Payment): Promise<void>;
  /** Claims an order whose time has come for the next `untilNextMs`, so that each is looked at by one process. */
  claimOverdue(state: OrderState, now: Date, untilNextMs: number): Promise<OrderRecord | undefined>;
  /** Puts a message of an order that is still in that state and attempt into its outbox, unless it is there. */
  repeat(order: OrderRecord, message: OutboxMessage): Promise<OrderRecord | undefined>;
  outboxOf(orderId: string): Promise<readonly OutboxMessage[]>;
  /** Takes messages that the broker has, the first ones of the outbox, out of it. */
  markSent(orderId: string, sent: readonly OutboxMessage[]): Promise<void>;
  countIn(state: OrderState): Promise<number>;
  /** How many orders have something in the outbox, and what is in that of the first few. */
  waitingMessages(
    ofOrders: number,
  ): Promise<{ readonly orders: number; readonly messages: readonly OutboxMessage[] }>;
  /** Orders with something in the outbox. */
  withOutbox(limit: number): Promise<string[]>;
}

export function newOrderId(): string {
  return new Types.ObjectId().toHexString();
}

/** Opens the collection of orders and makes its indexes. */
export async function openOrderStore(database: Connection): Promise<OrderStore> {
  const orders = database.model<StoredOrder>('Order', orderSchema, 'orders');
  await orders.createIndexes();

  return {
    async insert(order) {
      try {
        // The record is typed and made here: hydrating and validating it would cost more than writing it.
        await orders.insertMany([order], { lean: true });
        return 'inserted';
      } catch (error) {
        if (isDuplicateKey(error)) return 'taken';
        throw error;
      }
    },
    async find(orderId) {
      return (await orders.findById(orderId).lean<OrderRecord>()) ?? undefined;
    },
    async findByCheckout(userId, checkoutId) {
      return (await orders.findOne({ userId, checkoutId }).lean<OrderRecord>()) ?? undefined;
    },
    async findOpenOfCart(userId, cartVersion) {
      const state: OrderState = 'awaiting-payment';
      return (await orders.findOne({ userId, cartVersion, state }).lean<OrderRecord>()) ?? undefined;
    },
    list(userId) {
      return orders.find({ userId }).sort({ createdAt: -1 }).limit(longestList).lean<OrderRecord[]>();
    },
    async newest(userId) {
      return (await orders.findOne({ userId }).sort({ createdAt: -1 }).lean<OrderRecord>()) ?? undefined;
    },
    async move(order, change, at) {
      const { _id, state, refundAttempts } = order;
      const tells = change.outbox.length > 0;
      const moved = await orders
        .findOneAndUpdate(
          { _id, state, refundAttempts },
          {
            $set: { ...change.set, ...(tells ? { outboxFilled: true } : {}) },
            $push: {
              history: { state: change.set.state, at },
              ...(tells ? { outbox: { $each: [...change.outbox] } } : {}),
            },
          },
          { returnDocument: 'after' },
        )
        .lean<OrderRecord>();
      return moved ?? undefined;
    },
    async freeze(order, frozen) {
      const after = await orders
        .findOneAndUpdate(
          { _id: order._id, state: order.state, checkout: null },
          { $set: frozen },
          { returnDocument: 'after' },
        )
        .lean<OrderRecord>();
      return after ?? undefined;
    },
    async noteClosing(orderId, reason) {
      await orders.updateOne(
        { _id: orderId, state: 'awaiting-payment' },
        { $set: { closingReason: reason } },
      );
    },
    async openCheckout(orderId, checkout) {
      const after = await orders
        .findOneAndUpdate(
          { _id: orderId, state: 'awaiting-payment' },
          { $set: { checkout } },
          { returnDocument: 'after' },
        )
        .lean<OrderRecord>();
      return after ?? undefined;
    },
    async rememberPayment(orderId, payment) {
      await orders.updateOne({ _id: orderId, payment: null }, { $set: { payment } });
    },
    async claimOverdue(state, now, untilNextMs) {
      const claimed = await orders
        .findOneAndUpdate(
          { state, nextLookAt: { $lte: now } },
          { $set: { nextLookAt: new Date(now.getTime() + untilNextMs) } },
          { sort: { nextLookAt: 1 }, returnDocument: 'after' },
        )
        .lean<OrderRecord>();
      return claimed ?? undefined;
    },
    async repeat({ _id, state, refundAttempts }, message) {
      const repeated = await orders
        .findOneAndUpdate(
          { _id, state, refundAttempts, 'outbox.messageId': { $ne: message.messageId } },
          { $push: { outbox: message }, $set: { outboxFilled: true } },
          { returnDocument: 'after' },
        )
        .lean<OrderRecord>();
      return repeated ?? undefined;
    },
    async outboxOf(orderId) {
      const found = await orders.findById(orderId, { outbox: 1 }).lean<Pick<OrderRecord, 'outbox'>>();
      return found?.outbox ?? [];
    },
    async markSent(orderId, sent) {
      const last = sent.at(-1);
      if (!last) return;
      // Messages join at the end and leave from the front: this length with this end is exactly what was read.
      const emptied = await orders.updateOne(
        {
          _id: orderId,
          outbox: { $size: sent.length },
          [`outbox.${sent.length - 1}.messageId`]: last.messageId,
        },
        { $set: { outbox: [] }, $unset: { outboxFilled: 1 } },
      );
      if (emptied.matchedCount === 1) return;
      const messageIds = sent.map((message) => message.messageId);
      await orders.updateOne({ _id: orderId }, { $pull: { outbox: { messageId: { $in: messageIds } } } });
      await orders.updateOne({ _id: orderId, outbox: { $size: 0 } }, { $unset: { outboxFilled: 1 } });
    },
    countIn(state) {
      return orders.countDocuments({ state });
    },
    async waitingMessages(ofOrders) {
      const first = await orders
        .find({ outboxFilled: true }, { outbox: 1 })
        .limit(ofOrders)
        .lean<Pick<OrderRecord, 'outbox'>[]>();
      return {
        orders: await orders.countDocuments({ outboxFilled: true }),
        messages: first.flatMap(({ outbox }) => outbox),
      };
    },
    async withOutbox(limit) {
      const found = await orders.find({ outboxFilled: true }, { _id: 1 }).limit(limit).lean();
      return found.map((order) => order._id);
    },
  };
}

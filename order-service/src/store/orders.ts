import type { CancelReason, OrderState } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, type Model, Types } from 'mongoose';
import type { Change } from '../domain/change.js';
import type { Checkout, OrderRecord, OutboxMessage, Payment } from '../domain/order.js';
import { orderSchema, type StoredOrder, toRecord, toStored } from './order-schema.js';

/** The most orders that are listed for one person. */
const longestList = 100;

export type OrderModel = Model<StoredOrder>;

/** Every write is one update of one document, so it happens wholly or not at all. */
export interface OrderStore {
  /** `taken`: an order has this number, or the user has an order of this checkout, or an open one of this cart. */
  insert(order: OrderRecord): Promise<'inserted' | 'taken'>;
  find(orderId: string): Promise<OrderRecord | undefined>;
  findByCheckout(userId: string, checkoutId: string): Promise<OrderRecord | undefined>;
  /** The order of a cart, as it was in that version, that waits for its payment. */
  findOpenOfCart(userId: string, cartVersion: number): Promise<OrderRecord | undefined>;
  /** Newest first; at most 100. */
  list(userId: string): Promise<OrderRecord[]>;
  /** The newest order of a person. */
  newest(userId: string): Promise<OrderRecord | undefined>;
  /** The order afterwards; undefined if it has left the state that `order` shows, and nothing was changed. */
  change(order: OrderRecord, change: Change, at: Date): Promise<OrderRecord | undefined>;
  /** Writes the lines at which the stock was reserved; undefined if the order has left its state or has a checkout. */
  freeze(
    order: OrderRecord,
    frozen: Pick<OrderRecord, 'lines' | 'subtotal' | 'total'>,
  ): Promise<OrderRecord | undefined>;
  /** Writes why the payment page of an order that is not paid yet is about to be closed. */
  noteClosing(orderId: string, reason: CancelReason): Promise<void>;
  /** Undefined if it does not wait for its payment any more. */
  openCheckout(orderId: string, checkout: Checkout): Promise<OrderRecord | undefined>;
  /** Writes what Stripe took; undefined if that was known before. */
  recordPayment(orderId: string, payment: Payment): Promise<OrderRecord | undefined>;
  /** Claims an order that is due for a check, for the next `untilNextMs`, so that one process checks it. */
  claimDue(state: OrderState, now: Date, untilNextMs: number): Promise<OrderRecord | undefined>;
  /** Puts a message of an order that is still in that state and attempt into its outbox, unless it is there. */
  repeat(order: OrderRecord, message: OutboxMessage, at: Date): Promise<OrderRecord | undefined>;
  countIn(state: OrderState): Promise<number>;
}

/** A new id, as MongoDB makes them. */
export function newOrderId(): string {
  return new Types.ObjectId().toHexString();
}

/** Opens the collection of orders and makes its indexes. */
export async function openOrderCollection(database: Connection): Promise<OrderModel> {
  const orders = database.model<StoredOrder>('Order', orderSchema, 'orders');
  await orders.createIndexes();
  return orders;
}

export function createOrderStore(orders: OrderModel): OrderStore {
  return {
    async insert(order) {
      try {
        // The record is typed and made here: hydrating and validating it would cost more than writing it.
        await orders.insertMany([toStored(order)], { lean: true });
        return 'inserted';
      } catch (error) {
        if (isDuplicateKey(error)) return 'taken';
        throw error;
      }
    },
    async find(orderId) {
      return recordOf(await orders.findById(orderId).lean<StoredOrder>());
    },
    async findByCheckout(userId, checkoutId) {
      return recordOf(await orders.findOne({ userId, checkoutId }).lean<StoredOrder>());
    },
    async findOpenOfCart(userId, cartVersion) {
      const state: OrderState = 'awaiting-payment';
      return recordOf(await orders.findOne({ userId, cartVersion, state }).lean<StoredOrder>());
    },
    async list(userId) {
      const found = await orders
        .find({ userId })
        .sort({ createdAt: -1 })
        .limit(longestList)
        .lean<StoredOrder[]>();
      return found.map(toRecord);
    },
    async newest(userId) {
      return recordOf(await orders.findOne({ userId }).sort({ createdAt: -1 }).lean<StoredOrder>());
    },
    async change({ _id, state, refundAttempts }, { set, outbox }, at) {
      const emits = outbox.length > 0;
      const changed = await orders
        .findOneAndUpdate(
          { _id, state, refundAttempts },
          {
            $set: { ...toStored(set), ...(emits ? { outboxFilled: true } : {}) },
            ...(emits ? { $min: { outboxSince: at } } : {}),
            $push: {
              history: { state: set.state, at },
              ...(emits ? { outbox: { $each: [...outbox] } } : {}),
            },
          },
          { returnDocument: 'after' },
        )
        .lean<StoredOrder>();
      return recordOf(changed);
    },
    async freeze({ _id, state }, frozen) {
      const after = await orders
        .findOneAndUpdate({ _id, state, checkout: null }, { $set: frozen }, { returnDocument: 'after' })
        .lean<StoredOrder>();
      return recordOf(after);
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
        .lean<StoredOrder>();
      return recordOf(after);
    },
    async recordPayment(orderId, payment) {
      const after = await orders
        .findOneAndUpdate({ _id: orderId, payment: null }, { $set: { payment } }, { returnDocument: 'after' })
        .lean<StoredOrder>();
      return recordOf(after);
    },
    async claimDue(state, now, untilNextMs) {
      const claimed = await orders
        .findOneAndUpdate(
          { state, nextLookAt: { $lte: now } },
          { $set: { nextLookAt: new Date(now.getTime() + untilNextMs) } },
          { sort: { nextLookAt: 1 }, returnDocument: 'after' },
        )
        .lean<StoredOrder>();
      return recordOf(claimed);
    },
    async repeat({ _id, state, refundAttempts }, message, at) {
      const repeated = await orders
        .findOneAndUpdate(
          { _id, state, refundAttempts, 'outbox.messageId': { $ne: message.messageId } },
          { $push: { outbox: message }, $set: { outboxFilled: true }, $min: { outboxSince: at } },
          { returnDocument: 'after' },
        )
        .lean<StoredOrder>();
      return recordOf(repeated);
    },
    countIn(state) {
      return orders.countDocuments({ state });
    },
  };
}

function recordOf(stored: StoredOrder | null): OrderRecord | undefined {
  return stored ? toRecord(stored) : undefined;
}

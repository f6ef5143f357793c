import { orderState } from '@micromall/contracts';
import { Schema } from 'mongoose';
import type { OrderRecord } from '../domain/order.js';

/**
 * An order as MongoDB has it. Names of stored fields stay for ever, so some are older than the words of the code.
 * The fields of the outbox exist only while it is not empty; orders of earlier releases may lack all but the first.
 */
export interface StoredOrder extends Omit<OrderRecord, 'nextCheckAt'> {
  /** `nextCheckAt` of the record. */
  readonly nextLookAt: Date;
  readonly outboxFilled?: true;
  /** Since when something waits. */
  readonly outboxSince?: Date;
  /** How many times the relay has tried in vain. */
  readonly outboxAttempts?: number;
  /** When the relay may try again; missing before the first time. */
  readonly outboxRetryAt?: Date;
}

const amount = { type: Number, required: true } as const;
const text = { type: String, required: true } as const;
const textOrNull = { type: String, default: null } as const;
const moment = { type: Date, required: true } as const;
const state = { type: String, enum: orderState.options, required: true } as const;

const line = new Schema(
  { productId: text, name: text, image: textOrNull, price: amount, quantity: amount, amount },
  { _id: false },
);
const shortage = new Schema(
  { productId: text, name: text, wanted: amount, available: amount },
  { _id: false },
);
const historyEntry = new Schema({ state, at: moment }, { _id: false });
const outboxMessage = new Schema(
  {
    messageId: text,
    event: text,
    payload: { type: Schema.Types.Mixed, required: true },
    traceparent: text,
  },
  { _id: false },
);

export const orderSchema = new Schema<StoredOrder>(
  {
    _id: text,
    number: text,
    userId: text,
    checkoutId: text,
    email: text,
    state,
    lines: { type: [line], required: true },
    subtotal: amount,
    shipping: {
      type: new Schema({ label: text, amount, minDays: amount, maxDays: amount }, { _id: false }),
      required: true,
    },
    total: amount,
    currency: text,
    confirmedTotal: amount,
    cartVersion: amount,
    createdAt: moment,
    expiresAt: moment,
    history: { type: [historyEntry], required: true },
    cancelReason: textOrNull,
    closingReason: textOrNull,
    shortages: { type: [shortage], default: [] },
    checkout: { type: new Schema({ sessionId: text, url: text }, { _id: false }), default: null },
    payment: {
      type: new Schema({ sessionId: text, paymentIntentId: text, amount, currency: text }, { _id: false }),
      default: null,
    },
    refundAttempts: { type: Number, default: 0 },
    refundReason: textOrNull,
    refundId: textOrNull,
    refundFailure: textOrNull,
    outbox: { type: [outboxMessage], default: [] },
    outboxFilled: { type: Boolean },
    outboxSince: { type: Date },
    outboxAttempts: { type: Number },
    outboxRetryAt: { type: Date },
    traceId: { type: String },
    cancelToken: { type: String },
    nextLookAt: moment,
  },
  { versionKey: false, minimize: false, strict: 'throw' },
);

orderSchema.index({ userId: 1, checkoutId: 1 }, { unique: true });
orderSchema.index({ number: 1 }, { unique: true });
// Two browsers of one account that check out one cart must not sell it twice.
orderSchema.index(
  { userId: 1, cartVersion: 1 },
  { unique: true, partialFilterExpression: { state: 'awaiting-payment' } },
);
orderSchema.index({ userId: 1, createdAt: -1 });
orderSchema.index({ state: 1, nextLookAt: 1 });
// Almost every order has an empty outbox, and is not in these indexes.
const filled = { partialFilterExpression: { outboxFilled: true } };
orderSchema.index({ outboxFilled: 1, outboxRetryAt: 1, _id: 1 }, filled);
orderSchema.index({ outboxFilled: 1, outboxSince: 1 }, filled);

/** The record of a stored order. */
export function toRecord({ nextLookAt, ...order }: StoredOrder): OrderRecord {
  return { ...order, nextCheckAt: nextLookAt };
}

/** The stored fields of a record, or of some of its fields. */
export function toStored<Fields extends Partial<OrderRecord>>({ nextCheckAt, ...fields }: Fields) {
  return { ...fields, ...(nextCheckAt ? { nextLookAt: nextCheckAt } : {}) };
}

import { orderState } from '@micromall/contracts';
import { Schema } from 'mongoose';
import type { OrderRecord } from '../domain/order.js';

/** A record as the database has it; the marker exists only while the outbox is not empty. */
export interface StoredOrder extends OrderRecord {
  readonly outboxFilled?: true;
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
    traceId: { type: String },
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
// Almost every order has an empty outbox, and is not in this index.
orderSchema.index({ outboxFilled: 1 }, { sparse: true });

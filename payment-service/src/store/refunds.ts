import type { RefundReason } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema } from 'mongoose';
import { nextLook } from '../domain/looks.js';
import { type RefundRecord, refundKey } from '../domain/refund.js';

/** Every write is one update of one document. */
export interface RefundStore {
  /** The attempt: a new one, or the one that is there. */
  begin(orderId: string, attempt: number, reason: RefundReason): Promise<RefundRecord>;
  /** A refund made by hand, as the attempt after the last one; the same refund is always the same attempt. */
  adopt(orderId: string, refundId: string): Promise<RefundRecord>;
  findByRefundId(refundId: string): Promise<RefundRecord | undefined>;
  /** Notes how it stands, and answers with the record afterwards. */
  note(refund: RefundRecord, outcome: RefundOutcome): Promise<RefundRecord>;
  /** The shop was told of this outcome. */
  markTold(refund: RefundRecord, told: RefundRecord['status'], settled: boolean): Promise<void>;
  /** Claims a refund that is due for a look, so that each is looked at by one process. */
  claimDue(now: Date): Promise<RefundRecord | undefined>;
}

export type RefundOutcome = Pick<RefundRecord, 'status' | 'failure'> &
  Partial<Pick<RefundRecord, 'refundId' | 'amount' | 'currency'>>;

const schema = new Schema<RefundRecord>(
  {
    _id: { type: String, required: true },
    orderId: { type: String, required: true },
    attempt: { type: Number, required: true },
    reason: { type: String, required: true },
    status: { type: String, required: true },
    refundId: { type: String },
    byHand: { type: String },
    failure: { type: String, default: null },
    amount: { type: Number, default: null },
    currency: { type: String, default: null },
    told: { type: String, default: null },
    settled: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    looks: { type: Number, required: true },
    nextLookAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw' },
);
schema.index({ settled: 1, nextLookAt: 1 });
schema.index({ orderId: 1, attempt: -1 });
schema.index({ refundId: 1 }, { sparse: true });
schema.index({ byHand: 1 }, { unique: true, sparse: true });

/** @param firstLookMs how long after it was asked for a refund is first looked at */
export async function openRefundStore(database: Connection, firstLookMs: number): Promise<RefundStore> {
  const refunds = database.model<RefundRecord>('Refund', schema, 'refunds');
  await refunds.createIndexes();

  function attemptOf(orderId: string, attempt: number): Promise<RefundRecord | null> {
    return refunds.findById(refundKey(orderId, attempt)).lean<RefundRecord>();
  }
  /** Leaves what is there alone. */
  async function insert(
    orderId: string,
    attempt: number,
    reason: RefundReason,
    adopted: Pick<RefundRecord, 'refundId' | 'byHand'> = {},
  ): Promise<void> {
    const now = new Date();
    try {
      await refunds.create({
        _id: refundKey(orderId, attempt),
        orderId,
        attempt,
        reason,
        status: 'requested',
        ...adopted,
        settled: false,
        createdAt: now,
        looks: 0,
        nextLookAt: nextLook(0, now, firstLookMs),
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  async function findByRefundId(refundId: string): Promise<RefundRecord | undefined> {
    return (await refunds.findOne({ refundId }).sort({ attempt: 1 }).lean<RefundRecord>()) ?? undefined;
  }

  return {
    async begin(orderId, attempt, reason) {
      await insert(orderId, attempt, reason);
      const found = await attemptOf(orderId, attempt);
      if (!found) throw new Error(`there is no refund ${attempt} of order ${orderId}`);
      return found;
    },
    findByRefundId,
    async adopt(orderId, refundId) {
      // Of two deliveries at once the unique index lets one in; an attempt that was taken meanwhile means the next.
      for (;;) {
        const known = await findByRefundId(refundId);
        if (known) return known;
        const last = await refunds.findOne({ orderId }).sort({ attempt: -1 }).lean<RefundRecord>();
        const attempt = (last?.attempt ?? 0) + 1;
        await insert(orderId, attempt, 'requested_by_customer', { refundId, byHand: refundId });
      }
    },
    async note({ _id }, outcome) {
      const noted = await refunds
        .findOneAndUpdate({ _id }, { $set: outcome }, { returnDocument: 'after' })
        .lean<RefundRecord>();
      if (!noted) throw new Error(`there is no refund ${_id}`);
      return noted;
    },
    async markTold({ _id }, told, settled) {
      await refunds.updateOne({ _id }, { $set: { told, settled } });
    },
    async claimDue(now) {
      const due = await refunds.findOne({ settled: false, nextLookAt: { $lte: now } }).lean<RefundRecord>();
      if (!due) return undefined;
      const { _id, looks } = due;
      const claimed = await refunds
        .findOneAndUpdate(
          { _id, settled: false, looks },
          { $set: { nextLookAt: nextLook(looks, now, firstLookMs) }, $inc: { looks: 1 } },
          { returnDocument: 'after' },
        )
        .lean<RefundRecord>();
      return claimed ?? undefined;
    },
  };
}

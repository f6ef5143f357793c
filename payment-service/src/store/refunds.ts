import type { RefundReason } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema } from 'mongoose';
import { nextCheck } from '../domain/checks.js';
import { type RefundRecord, type RefundStatus, refundKey } from '../domain/refund.js';

/** Every write is one update of one document. */
export interface RefundStore {
  /** The attempt: a new one, or the one that is there. */
  begin(orderId: string, attempt: number, reason: RefundReason): Promise<RefundRecord>;
  /** A refund made by hand, as the attempt after the last one; the same refund is always the same attempt. */
  adopt(orderId: string, refundId: string): Promise<RefundRecord>;
  findByRefundId(refundId: string): Promise<RefundRecord | undefined>;
  /** Notes how it stands, and answers with the record afterwards. */
  note(refund: RefundRecord, outcome: RefundOutcome): Promise<RefundRecord>;
  /** The event of this outcome was emitted. */
  markReported(refund: RefundRecord, reported: RefundStatus, settled: boolean): Promise<void>;
  /** Claims a refund that is due for a check, so that one process checks it. */
  claimDue(now: Date): Promise<RefundRecord | undefined>;
}

/** What Stripe says of a refund. */
export type RefundOutcome = Pick<RefundRecord, 'status' | 'failure'> &
  Partial<Pick<RefundRecord, 'refundId' | 'amount' | 'currency'>>;

/** A refund as MongoDB has it: stored names stay for ever. */
export interface StoredRefund extends Omit<RefundRecord, 'reported' | 'checks' | 'nextCheckAt'> {
  /** `reported` of the record. */
  readonly told: RefundStatus | null;
  /** `checks` of the record. */
  readonly looks: number;
  /** `nextCheckAt` of the record. */
  readonly nextLookAt: Date;
}

const schema = new Schema<StoredRefund>(
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

/** @param firstCheckMs how long after it was asked for a refund is first checked */
export async function openRefundStore(database: Connection, firstCheckMs: number): Promise<RefundStore> {
  const refunds = database.model<StoredRefund>('Refund', schema, 'refunds');
  await refunds.createIndexes();

  async function attemptOf(orderId: string, attempt: number): Promise<RefundRecord | undefined> {
    return recordOf(await refunds.findById(refundKey(orderId, attempt)).lean<StoredRefund>());
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
        nextLookAt: nextCheck(0, now, firstCheckMs),
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  async function findByRefundId(refundId: string): Promise<RefundRecord | undefined> {
    return recordOf(await refunds.findOne({ refundId }).sort({ attempt: 1 }).lean<StoredRefund>());
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
        const last = await refunds.findOne({ orderId }).sort({ attempt: -1 }).lean<StoredRefund>();
        const attempt = (last?.attempt ?? 0) + 1;
        await insert(orderId, attempt, 'requested_by_customer', { refundId, byHand: refundId });
      }
    },
    async note({ _id }, outcome) {
      const noted = await refunds
        .findOneAndUpdate({ _id }, { $set: outcome }, { returnDocument: 'after' })
        .lean<StoredRefund>();
      if (!noted) throw new Error(`there is no refund ${_id}`);
      return toRecord(noted);
    },
    async markReported({ _id }, reported, settled) {
      await refunds.updateOne({ _id }, { $set: { told: reported, settled } });
    },
    async claimDue(now) {
      const due = await refunds.findOne({ settled: false, nextLookAt: { $lte: now } }).lean<StoredRefund>();
      if (!due) return undefined;
      const { _id, looks } = due;
      const claimed = await refunds
        .findOneAndUpdate(
          { _id, settled: false, looks },
          { $set: { nextLookAt: nextCheck(looks, now, firstCheckMs) }, $inc: { looks: 1 } },
          { returnDocument: 'after' },
        )
        .lean<StoredRefund>();
      return recordOf(claimed);
    },
  };
}

function toRecord({ told, looks, nextLookAt, ...refund }: StoredRefund): RefundRecord {
  return { ...refund, reported: told, checks: looks, nextCheckAt: nextLookAt };
}

function recordOf(stored: StoredRefund | null): RefundRecord | undefined {
  return stored ? toRecord(stored) : undefined;
}

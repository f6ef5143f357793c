import type { CheckoutStatus } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema } from 'mongoose';
import type { CheckoutRecord, PaidSession, SessionParameters } from '../domain/checkout.js';
import { nextCheck } from '../domain/checks.js';

/** Every write is one update of one document. */
export interface CheckoutStore {
  find(orderId: string): Promise<CheckoutRecord | undefined>;
  /** The checkout of an order: a new one for which Stripe will be asked this, or the one that is there. */
  begin(orderId: string, expiresAt: Date, parameters: SessionParameters | null): Promise<CheckoutRecord>;
  /** Decides anew, with a new key, after Stripe has refused the parameters of that attempt. */
  decideAgain(checkout: CheckoutRecord, parameters: SessionParameters): Promise<CheckoutRecord>;
  /** Undefined if the checkout was ended meanwhile. */
  opened(orderId: string, sessionId: string, url: string | null): Promise<CheckoutRecord | undefined>;
  /** Notes how an unfinished checkout stands. */
  note(orderId: string, status: CheckoutStatus): Promise<void>;
  /** The event that it is paid was emitted: nothing changes that any more. */
  settlePaid(orderId: string, payment: PaidSession): Promise<void>;
  /** The event that it can not be paid any more was emitted. */
  settleExpired(orderId: string): Promise<void>;
  /** The order knows of its payment, whether or not that is written here yet. */
  noteOrderKnows(orderId: string): Promise<void>;
  /** How many payments were emitted before a moment, and no order has been seen to know of them. */
  countWithoutOrder(emittedBefore: Date): Promise<number>;
  /** Claims a checkout that is due for a check, so that one process checks it. */
  claimDue(now: Date): Promise<CheckoutRecord | undefined>;
}

/** A checkout as MongoDB has it: stored names stay for ever. */
export interface StoredCheckout extends Omit<CheckoutRecord, 'checks' | 'nextCheckAt'> {
  /** `checks` of the record. */
  readonly looks: number;
  /** `nextCheckAt` of the record. */
  readonly nextLookAt: Date | null;
}

const schema = new Schema<StoredCheckout>(
  {
    _id: { type: String, required: true },
    status: { type: String, required: true },
    parameters: { type: Schema.Types.Mixed, default: null },
    attempt: { type: Number, required: true },
    sessionId: { type: String, default: null },
    url: { type: String, default: null },
    expiresAt: { type: Date, required: true },
    paymentIntentId: { type: String, default: null },
    amount: { type: Number, default: null },
    currency: { type: String, default: null },
    settled: { type: Boolean, required: true },
    paidAt: { type: Date },
    orderKnowsAt: { type: Date },
    createdAt: { type: Date, required: true },
    looks: { type: Number, required: true },
    nextLookAt: { type: Date, default: null },
  },
  { versionKey: false, minimize: false, strict: 'throw' },
);
schema.index({ settled: 1, nextLookAt: 1 });
schema.index({ orderKnowsAt: 1, paidAt: 1 });

/** @param firstCheckMs how long after its opening a checkout is first checked */
export async function openCheckoutStore(database: Connection, firstCheckMs: number): Promise<CheckoutStore> {
  const checkouts = database.model<StoredCheckout>('Checkout', schema, 'checkouts');
  await checkouts.createIndexes();

  async function find(orderId: string): Promise<CheckoutRecord | undefined> {
    return recordOf(await checkouts.findById(orderId).lean<StoredCheckout>());
  }
  async function mustFind(orderId: string): Promise<CheckoutRecord> {
    const found = await find(orderId);
    if (!found) throw new Error(`there is no checkout of order ${orderId}`);
    return found;
  }

  return {
    find,
    async begin(orderId, expiresAt, parameters) {
      const checkout = newCheckout(orderId, expiresAt, parameters);
      try {
        // The record is typed and made here: hydrating and validating it would cost more than writing it.
        await checkouts.insertMany([checkout], { lean: true });
        return toRecord(checkout);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return mustFind(orderId);
      }
    },
    async decideAgain({ _id, attempt }, parameters) {
      await checkouts.updateOne({ _id, attempt }, { $set: { parameters, attempt: attempt + 1 } });
      return mustFind(_id);
    },
    async opened(orderId, sessionId, url) {
      const opened = await checkouts
        .findOneAndUpdate(
          { _id: orderId, status: { $in: ['opening', 'open'] } },
          { $set: { status: 'open', sessionId, url, nextLookAt: nextCheck(0, new Date(), firstCheckMs) } },
          { returnDocument: 'after' },
        )
        .lean<StoredCheckout>();
      return recordOf(opened);
    },
    async note(orderId, status) {
      await checkouts.updateOne({ _id: orderId, settled: false }, { $set: { status } });
    },
    async settlePaid(orderId, payment) {
      await checkouts.updateOne(
        { _id: orderId },
        { $set: { status: 'paid', settled: true, ...payment }, $min: { paidAt: new Date() } },
      );
    },
    async settleExpired(orderId) {
      await checkouts.updateOne(
        { _id: orderId, status: { $ne: 'paid' } },
        { $set: { status: 'expired', settled: true } },
      );
    },
    async noteOrderKnows(orderId) {
      await checkouts.updateOne({ _id: orderId }, { $set: { orderKnowsAt: new Date() } });
    },
    countWithoutOrder(emittedBefore) {
      return checkouts.countDocuments({ orderKnowsAt: null, paidAt: { $lt: emittedBefore } });
    },
    async claimDue(now) {
      const due = await checkouts
        .findOne({ settled: false, nextLookAt: { $lte: now } })
        .lean<StoredCheckout>();
      if (!due) return undefined;
      const { _id, looks } = due;
      const claimed = await checkouts
        .findOneAndUpdate(
          { _id, settled: false, looks },
          { $set: { nextLookAt: nextCheck(looks, now, firstCheckMs) }, $inc: { looks: 1 } },
          { returnDocument: 'after' },
        )
        .lean<StoredCheckout>();
      return recordOf(claimed);
    },
  };
}

function toRecord({ looks, nextLookAt, ...checkout }: StoredCheckout): CheckoutRecord {
  return { ...checkout, checks: looks, nextCheckAt: nextLookAt };
}

function recordOf(stored: StoredCheckout | null): CheckoutRecord | undefined {
  return stored ? toRecord(stored) : undefined;
}

function newCheckout(orderId: string, expiresAt: Date, parameters: SessionParameters | null): StoredCheckout {
  return {
    _id: orderId,
    status: 'opening',
    parameters,
    attempt: 1,
    sessionId: null,
    url: null,
    expiresAt,
    paymentIntentId: null,
    amount: null,
    currency: null,
    settled: false,
    createdAt: new Date(),
    looks: 0,
    nextLookAt: null,
  };
}

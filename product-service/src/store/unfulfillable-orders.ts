import type { Shortage } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema, Types } from 'mongoose';

/** A paid order that can't be fulfilled: decided once, published the same each time. */
export interface UnfulfillableOrder {
  readonly orderId: string;
  readonly shortages: Shortage[];
  readonly occurredAt: Date;
}

export interface UnfulfillableOrderStore {
  find(orderId: string): Promise<UnfulfillableOrder | undefined>;
  /** Stores the decision unless there is one, and returns the stored one. */
  addFirst(order: UnfulfillableOrder): Promise<{ order: UnfulfillableOrder; isNew: boolean }>;
}

interface UnfulfillableOrderDocument {
  _id: Types.ObjectId;
  shortages: Shortage[];
  occurredAt: Date;
}

const shortageSchema = new Schema<Shortage>(
  {
    productId: { type: String, required: true },
    name: { type: String, required: true },
    wanted: { type: Number, required: true },
    available: { type: Number, required: true },
  },
  { _id: false },
);

const schema = new Schema<UnfulfillableOrderDocument>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    shortages: [shortageSchema],
    occurredAt: { type: Date, required: true },
  },
  { versionKey: false },
);

export function createUnfulfillableOrderStore(database: Connection): UnfulfillableOrderStore {
  const model = database.model('UnfulfillableOrder', schema, 'short-orders');

  async function find(orderId: string): Promise<UnfulfillableOrder | undefined> {
    const document = await model.findById(orderId).lean<UnfulfillableOrderDocument>();
    if (!document) return undefined;
    return { orderId, shortages: document.shortages, occurredAt: document.occurredAt };
  }

  return {
    find,
    async addFirst(order) {
      try {
        const { orderId, shortages, occurredAt } = order;
        await model.create({ _id: new Types.ObjectId(orderId), shortages, occurredAt });
        return { order, isNew: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const first = await find(order.orderId);
        if (!first) throw new Error('the decision was there a moment ago and is gone', { cause: error });
        return { order: first, isNew: false };
      }
    },
  };
}

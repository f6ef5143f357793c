import type { Shortage } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema, Types } from 'mongoose';

/** That a paid order can't be fulfilled: decided once, told the same each time. */
export interface ShortOrder {
  readonly orderId: string;
  readonly shortages: Shortage[];
  readonly occurredAt: Date;
}

export interface ShortOrderStore {
  find(orderId: string): Promise<ShortOrder | undefined>;
  /** Keeps the decision unless there is one, and returns the one that is kept. */
  keepFirst(short: ShortOrder): Promise<{ short: ShortOrder; isNew: boolean }>;
}

interface ShortOrderDocument {
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

const schema = new Schema<ShortOrderDocument>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    shortages: [shortageSchema],
    occurredAt: { type: Date, required: true },
  },
  { versionKey: false },
);

export function createShortOrderStore(database: Connection): ShortOrderStore {
  const model = database.model('ShortOrder', schema, 'short-orders');

  async function find(orderId: string): Promise<ShortOrder | undefined> {
    const document = await model.findById(orderId).lean<ShortOrderDocument>();
    if (!document) return undefined;
    return { orderId, shortages: document.shortages, occurredAt: document.occurredAt };
  }

  return {
    find,
    async keepFirst(short) {
      try {
        const { orderId, shortages, occurredAt } = short;
        await model.create({ _id: new Types.ObjectId(orderId), shortages, occurredAt });
        return { short, isNew: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const first = await find(short.orderId);
        if (!first) throw new Error('the shortage was there a moment ago and is gone', { cause: error });
        return { short: first, isNew: false };
      }
    },
  };
}

import { type Connection, Schema } from 'mongoose';
import type { Outcome } from '../domain/standing.js';

/**
 * How reservations ended that a product does not remember itself any more, for ever: a message that comes again, or
 * for the first time, after thousands of others must still not return stock twice, nor sell none.
 */
export interface EndingStore {
  find(orderId: string, productIds: readonly string[]): Promise<ReadonlyMap<string, Outcome>>;
  /** What is there of the same order is replaced: the product knows better. */
  put(productId: string, endings: readonly { readonly orderId: string; outcome: Outcome }[]): Promise<void>;
}

interface EndingDocument {
  /** `<order id>:<product id>` */
  readonly _id: string;
  readonly outcome: Outcome;
}

const schema = new Schema<EndingDocument>(
  { _id: { type: String, required: true }, outcome: { type: String, required: true } },
  { versionKey: false, strict: 'throw' },
);

export function createEndingStore(database: Connection): EndingStore {
  const model = database.model('Ending', schema, 'endings');
  return {
    async find(orderId, productIds) {
      const keys = new Map(productIds.map((productId) => [`${orderId}:${productId}`, productId]));
      const found = await model.find({ _id: { $in: [...keys.keys()] } }).lean<EndingDocument[]>();
      return new Map(found.map(({ _id, outcome }) => [keys.get(_id) ?? '', outcome]));
    },
    async put(productId, endings) {
      await model.bulkWrite(
        endings.map(({ orderId, outcome }) => ({
          updateOne: {
            filter: { _id: `${orderId}:${productId}` },
            update: { $set: { outcome } },
            upsert: true,
          },
        })),
      );
    },
  };
}

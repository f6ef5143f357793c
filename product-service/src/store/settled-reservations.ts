import { type Connection, Schema } from 'mongoose';
import type { Outcome } from '../domain/hold-state.js';

/**
 * Settled reservations that have left their product's document, for ever. A message that comes after thousands of
 * others must neither return stock twice nor sell none.
 */
export interface SettledReservationStore {
  find(orderId: string, productIds: readonly string[]): Promise<ReadonlyMap<string, Outcome>>;
  /** Replaces what it has of the same order: the product's document is newer. */
  put(productId: string, settled: readonly { readonly orderId: string; outcome: Outcome }[]): Promise<void>;
}

interface SettledDocument {
  /** `<order id>:<product id>` */
  readonly _id: string;
  readonly outcome: Outcome;
}

const schema = new Schema<SettledDocument>(
  { _id: { type: String, required: true }, outcome: { type: String, required: true } },
  { versionKey: false, strict: 'throw' },
);

export function createSettledReservationStore(database: Connection): SettledReservationStore {
  const model = database.model('SettledReservation', schema, 'endings');
  return {
    async find(orderId, productIds) {
      const keys = new Map(productIds.map((productId) => [`${orderId}:${productId}`, productId]));
      const found = await model.find({ _id: { $in: [...keys.keys()] } }).lean<SettledDocument[]>();
      return new Map(found.map(({ _id, outcome }) => [keys.get(_id) ?? '', outcome]));
    },
    async put(productId, settled) {
      await model.bulkWrite(
        settled.map(({ orderId, outcome }) => ({
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

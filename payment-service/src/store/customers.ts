import { type Connection, Schema } from 'mongoose';

/** The customer at Stripe of each account. */
export interface CustomerStore {
  find(userId: string): Promise<string | undefined>;
  put(userId: string, customerId: string): Promise<void>;
}

interface CustomerRecord {
  /** The account's id. */
  readonly _id: string;
  readonly customerId: string;
}

const schema = new Schema<CustomerRecord>(
  { _id: { type: String, required: true }, customerId: { type: String, required: true } },
  { versionKey: false, strict: 'throw' },
);

export function openCustomerStore(database: Connection): CustomerStore {
  const customers = database.model<CustomerRecord>('Customer', schema, 'customers');
  return {
    async find(userId) {
      return (await customers.findById(userId).lean<CustomerRecord>())?.customerId;
    },
    async put(userId, customerId) {
      await customers.updateOne({ _id: userId }, { $set: { customerId } }, { upsert: true });
    },
  };
}

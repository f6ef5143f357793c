import { type Connection, Schema, type Types } from 'mongoose';
import type { Outcome } from '../domain/hold-state.js';

export interface ProductDocument {
  _id: Types.ObjectId;
  name: string;
  description: string;
  category: string;
  /** Integer, minor units. */
  price: number;
  currency: string;
  image: string | null;
  createdAt: Date;
  /** The call that created the product, so that the same call creates no second one. */
  createdBy?: string;
  /** `available + reserved + sold` is all that was ever put in. */
  available: number;
  reserved: number;
  sold: number;
  /** Reservations that are not settled; their quantities add up to `reserved`. */
  holds: HoldDocument[];
  /** The latest settled reservations: `mostSettled`, and those that are not in the archive yet. */
  ended: { orderId: Types.ObjectId; outcome: Outcome }[];
  /** There are older settled reservations, in the archive. */
  archived?: boolean;
  /** The latest calls that changed the stock, so that the same call does not change it again. */
  applied: string[];
}

export interface HoldDocument {
  orderId: Types.ObjectId;
  quantity: number;
  expiresAt: Date;
  /** Marks the attempt to reserve that holds it: see domain/reservation.ts. */
  attempt: Types.ObjectId;
}

export type ProductModel = Awaited<ReturnType<typeof openProductModel>>;

/**
 * How many settled reservations a product's document has; older ones are in the archive. Messages of one order come
 * within seconds, so the archive is seldom read. The bound keeps a product that sells by the thousand quick.
 */
export const mostSettled = 500;

/** The fields that anybody may see. */
export const publicFields = {
  name: 1,
  description: 1,
  category: 1,
  price: 1,
  currency: 1,
  image: 1,
  available: 1,
} as const;

const count = { type: Number, required: true, min: 0 };

const holdSchema = new Schema<HoldDocument>(
  {
    orderId: { type: Schema.Types.ObjectId, required: true },
    quantity: { type: Number, required: true, min: 1 },
    expiresAt: { type: Date, required: true },
    attempt: { type: Schema.Types.ObjectId, required: true },
  },
  { _id: false },
);

const settledSchema = new Schema<ProductDocument['ended'][number]>(
  {
    orderId: { type: Schema.Types.ObjectId, required: true },
    outcome: { type: String, required: true, enum: ['sold', 'released', 'returned'] },
  },
  { _id: false },
);

const schema = new Schema<ProductDocument>(
  {
    name: { type: String, required: true },
    // An empty text is right here, which `required` would refuse.
    description: { type: String, default: '' },
    category: { type: String, required: true },
    price: count,
    currency: { type: String, required: true },
    image: { type: String, default: null },
    createdAt: { type: Date, required: true },
    createdBy: { type: String },
    available: count,
    reserved: count,
    sold: count,
    holds: [holdSchema],
    ended: [settledSchema],
    archived: { type: Boolean },
    applied: [String],
  },
  { versionKey: false },
);
schema.index({ createdBy: 1 }, { unique: true, sparse: true });
schema.index({ 'holds.expiresAt': 1 });

/** Resolves when the indexes exist: without the unique one a repeated call could create a second product. */
export async function openProductModel(database: Connection) {
  const model = database.model('Product', schema, 'products');
  await model.createIndexes();
  return model;
}

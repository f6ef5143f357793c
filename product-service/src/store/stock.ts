import type { ReservationLine } from '@micromall/contracts';
import { type QueryFilter, Types, type UpdateQuery } from 'mongoose';
import {
  bucketOf,
  type HoldState,
  movesUnits,
  type ProductsForOrder,
  type Transition,
} from '../domain/hold-state.js';
import { mostSettled, type ProductDocument, type ProductModel, publicFields } from './product-model.js';
import { type PublicDocument, toProduct } from './public-product.js';
import type { SettledReservationStore } from './settled-reservations.js';

/** A reservation to make. */
export interface NewHold extends ReservationLine {
  readonly attempt: string;
  readonly expiresAt: Date;
}

export interface ExpiredHold extends ReservationLine {
  readonly orderId: string;
}

/** Conditions on the hold that a transition ends, beyond its order and quantity. */
export interface HoldCondition {
  readonly attempt?: string;
  readonly expiredBefore?: Date;
}

/**
 * The stock of products. Each change is one atomic conditional update of one document: it happens in full or not at
 * all, and the answer says which. No count can fall below zero or drift from what is recorded of the orders.
 */
export interface StockStore {
  /** The hold states of an order. */
  read(orderId: string, productIds: readonly string[]): Promise<ProductsForOrder>;
  /** From `none` to `held`, if there is enough. */
  hold(orderId: string, hold: NewHold): Promise<boolean>;
  /** Puts the mark of another attempt on a hold; it then lasts at least until `expiresAt`. */
  adopt(orderId: string, productId: string, attempt: string, expiresAt: Date): Promise<boolean>;
  /** Any other change, if the order is still in the state `from` and its units are there. */
  apply(orderId: string, transition: Transition, condition?: HoldCondition): Promise<boolean>;
  /** Moves old settled reservations of at most `limit` products into the archive; answers of how many products. */
  archive(limit: number): Promise<number>;
  /** Holds that ran out before a moment, of at most `limit` products. */
  expired(before: Date, limit: number): Promise<ExpiredHold[]>;
  /** For the gauges: how many units are held in all, and how many products are sold out. */
  totals(): Promise<{ readonly held: number; readonly soldOut: number }>;
}

export function createStockStore(model: ProductModel, archive: SettledReservationStore): StockStore {
  async function update(
    filter: QueryFilter<ProductDocument>,
    change: UpdateQuery<ProductDocument>,
  ): Promise<boolean> {
    return (await model.updateOne(filter, change)).modifiedCount === 1;
  }

  return {
    async read(orderId, productIds) {
      const id = new Types.ObjectId(orderId);
      const documents = await model
        .find(
          { _id: { $in: [...productIds] } },
          {
            ...publicFields,
            archived: 1,
            holds: { $elemMatch: { orderId: id } },
            ended: { $elemMatch: { orderId: id } },
          },
        )
        .lean<(PublicDocument & OrderRecord)[]>();
      const unrecorded = documents.filter(
        (document) => document.archived && holdStateIn(document).kind === 'none',
      );
      const archived = unrecorded.length > 0 ? await archive.find(orderId, idsOf(unrecorded)) : undefined;
      return new Map(
        documents.map((document) => {
          const productId = document._id.toHexString();
          const outcome = archived?.get(productId);
          const hold: HoldState = outcome ? { kind: outcome, archived: true } : holdStateIn(document);
          return [productId, { product: toProduct(document), hold }];
        }),
      );
    },

    hold(orderId, { productId, quantity, attempt, expiresAt }) {
      return update(
        { _id: productId, available: { $gte: quantity }, ...isUnrecorded(orderId) },
        {
          $inc: { available: -quantity, reserved: quantity },
          $push: { holds: { orderId, quantity, expiresAt, attempt } },
        },
      );
    },

    adopt(orderId, productId, attempt, expiresAt) {
      return update(
        { _id: productId, holds: { $elemMatch: { orderId } } },
        { $set: { 'holds.$.attempt': attempt }, $max: { 'holds.$.expiresAt': expiresAt } },
      );
    },

    apply(orderId, transition, condition = {}) {
      const { productId, quantity, from, to } = transition;
      const before = bucketOf[from];
      return update(
        {
          _id: productId,
          ...isInState(orderId, transition, condition),
          ...(movesUnits(transition) ? { [before]: { $gte: quantity } } : {}),
        },
        {
          ...(movesUnits(transition) ? { $inc: { [before]: -quantity, [bucketOf[to]]: quantity } } : {}),
          ...record(orderId, transition),
        },
      );
    },

    async archive(limit) {
      const full = await model
        .find({ [`ended.${mostSettled}`]: { $exists: true } }, { ended: 1 })
        .limit(limit)
        .lean<Pick<ProductDocument, '_id' | 'ended'>[]>();
      for (const { _id, ended } of full) {
        const old = ended.slice(0, -mostSettled);
        const plain = old.map(({ orderId, outcome }) => ({ orderId: orderId.toHexString(), outcome }));
        await archive.put(_id.toHexString(), plain);
        // One that has changed meanwhile stays in the product's document, which is right in any case of doubt.
        for (const outcome of new Set(old.map((settled) => settled.outcome))) {
          const orderIds = old.filter((settled) => settled.outcome === outcome).map(({ orderId }) => orderId);
          await model.updateOne(
            { _id },
            { $set: { archived: true }, $pull: { ended: { orderId: { $in: orderIds }, outcome } } },
          );
        }
      }
      return full.length;
    },

    async expired(before, limit) {
      const documents = await model
        .find({ 'holds.expiresAt': { $lt: before } }, { holds: 1 })
        .limit(limit)
        .lean<Pick<ProductDocument, '_id' | 'holds'>[]>();
      return documents.flatMap(({ _id, holds }) =>
        holds
          .filter(({ expiresAt }) => expiresAt < before)
          .map(({ orderId, quantity }) => ({
            productId: _id.toHexString(),
            orderId: orderId.toHexString(),
            quantity,
          })),
      );
    },

    async totals() {
      const [sums] = await model.aggregate<{ held: number }>([
        { $group: { _id: null, held: { $sum: '$reserved' } } },
      ]);
      return { held: sums?.held ?? 0, soldOut: await model.countDocuments({ available: 0 }) };
    },
  };
}

/** What a product's document has of one order. */
type OrderRecord = Partial<Pick<ProductDocument, 'holds' | 'ended' | 'archived'>>;

function idsOf(documents: readonly Pick<PublicDocument, '_id'>[]): string[] {
  return documents.map(({ _id }) => _id.toHexString());
}

function holdStateIn(document: OrderRecord): HoldState {
  const [hold] = document.holds ?? [];
  if (hold) return { kind: 'held', quantity: hold.quantity, attempt: hold.attempt.toHexString() };
  const [settled] = document.ended ?? [];
  return { kind: settled?.outcome ?? 'none' };
}

function isUnrecorded(orderId: string): QueryFilter<ProductDocument> {
  return { 'holds.orderId': { $ne: orderId }, 'ended.orderId': { $ne: orderId } };
}

function isInState(
  orderId: string,
  { from, quantity, archived }: Transition,
  { attempt, expiredBefore }: HoldCondition,
): QueryFilter<ProductDocument> {
  if (from === 'none' || archived) return isUnrecorded(orderId);
  if (from !== 'held') return { ended: { $elemMatch: { orderId, outcome: from } } };
  return {
    holds: {
      $elemMatch: {
        orderId,
        quantity,
        ...(attempt === undefined ? {} : { attempt }),
        ...(expiredBefore === undefined ? {} : { expiresAt: { $lt: expiredBefore } }),
      },
    },
  };
}

/** Writes the new state of the order into the product's document. */
function record(orderId: string, { from, to, archived }: Transition): UpdateQuery<ProductDocument> {
  if (from !== 'held' && from !== 'none' && !archived) {
    return { $set: { 'ended.$.outcome': to } };
  }
  return {
    ...(from === 'held' ? { $pull: { holds: { orderId } } } : {}),
    ...(to === 'none' ? {} : { $push: { ended: { orderId, outcome: to } } }),
  };
}

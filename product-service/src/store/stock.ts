import type { ReservationLine } from '@micromall/contracts';
import { type QueryFilter, Types, type UpdateQuery } from 'mongoose';
import { bucketOf, type Move, movesUnits, type ProductsForOrder, type Standing } from '../domain/standing.js';
import type { EndingStore } from './endings.js';
import { type ProductDocument, type ProductModel, publicFields, rememberedEndings } from './product-model.js';
import { type PublicDocument, toProduct } from './public-product.js';

/** A reservation to make. */
export interface NewHold extends ReservationLine {
  readonly attempt: string;
  readonly expiresAt: Date;
}

export interface ExpiredHold extends ReservationLine {
  readonly orderId: string;
}

/** Conditions on the hold that a move ends, beyond its order and quantity. */
export interface HoldCondition {
  readonly attempt?: string;
  readonly expiredBefore?: Date;
}

/**
 * The stock of products. Each step is one atomic conditional update of one document: it happens in full or not at
 * all, and answers which; no count can fall below zero or drift from what is remembered of the orders.
 */
export interface StockStore {
  /** How an order stands with products. */
  read(orderId: string, productIds: readonly string[]): Promise<ProductsForOrder>;
  /** From `none` to `held`, if there is enough. */
  hold(orderId: string, hold: NewHold): Promise<boolean>;
  /** Puts the mark of another attempt on a hold; it then lasts at least until `expiresAt`. */
  adopt(orderId: string, productId: string, attempt: string, expiresAt: Date): Promise<boolean>;
  /** Any other change, if the order still stands where the move begins and its units are there. */
  move(orderId: string, move: Move, condition?: HoldCondition): Promise<boolean>;
  /** Moves old endings of at most `limit` products out of their way; answers of how many products. */
  archive(limit: number): Promise<number>;
  /** Holds that ran out before a moment, of at most `limit` products. */
  expired(before: Date, limit: number): Promise<ExpiredHold[]>;
  /** How many units are held in all, and how many products are sold out. */
  levels(): Promise<{ readonly held: number; readonly soldOut: number }>;
}

export function createStockStore(model: ProductModel, endings: EndingStore): StockStore {
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
        .lean<(PublicDocument & Remembered)[]>();
      const forgetful = documents.filter(
        (document) => document.archived && standingIn(document).is === 'none',
      );
      const archived = forgetful.length > 0 ? await endings.find(orderId, idsOf(forgetful)) : undefined;
      return new Map(
        documents.map((document) => {
          const productId = document._id.toHexString();
          const outcome = archived?.get(productId);
          const standing: Standing = outcome ? { is: outcome, archived: true } : standingIn(document);
          return [productId, { product: toProduct(document), standing }];
        }),
      );
    },

    hold(orderId, { productId, quantity, attempt, expiresAt }) {
      return update(
        { _id: productId, available: { $gte: quantity }, ...unknownTo(orderId) },
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

    move(orderId, move, condition = {}) {
      const { productId, quantity, from, to } = move;
      const before = bucketOf[from];
      return update(
        {
          _id: productId,
          ...standsAt(orderId, move, condition),
          ...(movesUnits(move) ? { [before]: { $gte: quantity } } : {}),
        },
        {
          ...(movesUnits(move) ? { $inc: { [before]: -quantity, [bucketOf[to]]: quantity } } : {}),
          ...remember(orderId, move),
        },
      );
    },

    async archive(limit) {
      const full = await model
        .find({ [`ended.${rememberedEndings}`]: { $exists: true } }, { ended: 1 })
        .limit(limit)
        .lean<Pick<ProductDocument, '_id' | 'ended'>[]>();
      for (const { _id, ended } of full) {
        const old = ended.slice(0, -rememberedEndings);
        const plain = old.map(({ orderId, outcome }) => ({ orderId: orderId.toHexString(), outcome }));
        await endings.put(_id.toHexString(), plain);
        // One that has changed meanwhile stays: what the product remembers counts.
        for (const outcome of new Set(old.map((ending) => ending.outcome))) {
          const orderIds = old.filter((ending) => ending.outcome === outcome).map(({ orderId }) => orderId);
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

    async levels() {
      const [sums] = await model.aggregate<{ held: number }>([
        { $group: { _id: null, held: { $sum: '$reserved' } } },
      ]);
      return { held: sums?.held ?? 0, soldOut: await model.countDocuments({ available: 0 }) };
    },
  };
}

/** What a product remembers of one order. */
type Remembered = Partial<Pick<ProductDocument, 'holds' | 'ended' | 'archived'>>;

function idsOf(documents: readonly Pick<PublicDocument, '_id'>[]): string[] {
  return documents.map(({ _id }) => _id.toHexString());
}

function standingIn(document: Remembered): Standing {
  const [hold] = document.holds ?? [];
  if (hold) return { is: 'held', quantity: hold.quantity, attempt: hold.attempt.toHexString() };
  const [ending] = document.ended ?? [];
  return { is: ending?.outcome ?? 'none' };
}

function unknownTo(orderId: string): QueryFilter<ProductDocument> {
  return { 'holds.orderId': { $ne: orderId }, 'ended.orderId': { $ne: orderId } };
}

function standsAt(
  orderId: string,
  { from, quantity, archived }: Move,
  { attempt, expiredBefore }: HoldCondition,
): QueryFilter<ProductDocument> {
  if (from === 'none' || archived) return unknownTo(orderId);
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

/** What the product remembers of the order afterwards. */
function remember(orderId: string, { from, to, archived }: Move): UpdateQuery<ProductDocument> {
  if (from !== 'held' && from !== 'none' && !archived) {
    return { $set: { 'ended.$.outcome': to } };
  }
  return {
    ...(from === 'held' ? { $pull: { holds: { orderId } } } : {}),
    ...(to === 'none' ? {} : { $push: { ended: { orderId, outcome: to } } }),
  };
}

import type { ReservationLine } from '@micromall/contracts';
import { type QueryFilter, Types, type UpdateQuery } from 'mongoose';
import {
  bucketBefore,
  bucketOf,
  type Move,
  movesUnits,
  type ProductsForOrder,
  type Standing,
} from '../domain/standing.js';
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
  /** Holds that ran out before a moment, of at most `limit` products. */
  expired(before: Date, limit: number): Promise<ExpiredHold[]>;
  /** How many units are held in all, and how many products are sold out. */
  levels(): Promise<{ readonly held: number; readonly soldOut: number }>;
}

export function createStockStore(model: ProductModel): StockStore {
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
            holds: { $elemMatch: { orderId: id } },
            ended: { $elemMatch: { orderId: id } },
          },
        )
        .lean<(PublicDocument & Partial<Pick<ProductDocument, 'holds' | 'ended'>>)[]>();
      return new Map(
        documents.map((document) => [
          document._id.toHexString(),
          { product: toProduct(document), standing: standingIn(document) },
        ]),
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
      const before = bucketBefore(from);
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

function standingIn(document: Partial<Pick<ProductDocument, 'holds' | 'ended'>>): Standing {
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
  { from, quantity }: Move,
  { attempt, expiredBefore }: HoldCondition,
): QueryFilter<ProductDocument> {
  if (from === 'none' || from === 'forgotten-sale') return unknownTo(orderId);
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
function remember(orderId: string, { from, to }: Move): UpdateQuery<ProductDocument> {
  if (from !== 'held' && from !== 'none' && from !== 'forgotten-sale') {
    return { $set: { 'ended.$.outcome': to } };
  }
  return {
    ...(from === 'held' ? { $pull: { holds: { orderId } } } : {}),
    ...(to === 'none'
      ? {}
      : { $push: { ended: { $each: [{ orderId, outcome: to }], $slice: -rememberedEndings } } }),
  };
}

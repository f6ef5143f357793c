import { until } from '@micromall/launcher';
import { settleWithinMs } from '@micromall/test-kit';
import { type Connection, Types } from 'mongoose';
import { expect } from 'vitest';
import { mostSettled, type ProductDocument } from '../src/store/product-model.js';

/** Reads and changes products in the database. */
export function storedProducts(database: Connection) {
  const products = () => database.collection<ProductDocument>('products');

  async function document(productId: string): Promise<ProductDocument> {
    const found = await products().findOne({ _id: new Types.ObjectId(productId) });
    if (!found) throw new Error(`there is no product ${productId}`);
    return found;
  }
  async function settledOrders(productId: string): Promise<string[]> {
    return (await document(productId)).ended.map(({ orderId }) => orderId.toHexString());
  }

  return {
    document,
    async counts(productId: string) {
      const { available, reserved, sold } = await document(productId);
      return { available, reserved, sold };
    },
    /** Lets time pass for a reservation: it ended at `when`. */
    async expire(orderId: string, when: Date): Promise<void> {
      await products().updateMany(
        { 'holds.orderId': new Types.ObjectId(orderId) },
        { $set: { 'holds.$.expiresAt': when } },
      );
    },
    /** Lets so many others buy and return a product that its earlier orders are in the archive. */
    async archiveSettled(productId: string): Promise<void> {
      const before = await settledOrders(productId);
      const others = Array.from({ length: mostSettled }, () => ({
        orderId: new Types.ObjectId(),
        outcome: 'returned' as const,
      }));
      const _id = new Types.ObjectId(productId);
      await products().updateOne({ _id }, { $push: { ended: { $each: others } } });
      const archived = await until(async () => {
        const settled = await settledOrders(productId);
        return !before.some((orderId) => settled.includes(orderId));
      }, settleWithinMs);
      expect(archived, 'earlier orders are in the archive').toBe(true);
    },
    /** No unit was made or lost, nothing is below zero, and what is reserved is what orders hold. */
    async expectSound(productId: string, putIn: number): Promise<void> {
      const { available, reserved, sold, holds } = await document(productId);
      expect(available + reserved + sold).toBe(putIn);
      expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
      expect(holds.reduce((sum, hold) => sum + hold.quantity, 0)).toBe(reserved);
      const orders = holds.map(({ orderId }) => orderId.toHexString());
      expect(new Set(orders).size).toBe(orders.length);
    },
  };
}

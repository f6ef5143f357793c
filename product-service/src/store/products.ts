import { type Product, stockLevel } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { Types } from 'mongoose';
import type { ListedProduct } from '../domain/catalogue.js';
import { type ProductDocument, type ProductModel, publicFields } from './product-model.js';
import { type PublicDocument, toProduct } from './public-product.js';

export interface NewProduct {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  /** Integer, minor units. */
  readonly price: number;
  readonly currency: string;
  readonly image: string | null;
  readonly quantity: number;
}

export type StockChange =
  | { readonly kind: 'changed' | 'changed-before'; readonly product: Product }
  | { readonly kind: 'too-few' | 'too-many'; readonly product: Product }
  | { readonly kind: 'unknown' };

export interface ProductStore {
  /** All of them, as they are now. */
  list(): Promise<ListedProduct[]>;
  /** Those that exist, as they are now, by id. */
  findByIds(productIds: readonly string[]): Promise<Map<string, Product>>;
  findByCall(callId: string): Promise<Product | undefined>;
  /** One call adds one product, however often it comes; `isNew` says whether this time added it. */
  add(product: NewProduct, callId: string | undefined): Promise<{ product: Product; isNew: boolean }>;
  /** Adds `delta` (which may be negative) to what is available; the same call does so once. */
  changeStock(productId: string, delta: number, callId: string | undefined): Promise<StockChange>;
}

/** How many calls that changed its stock a product's document has. */
const mostAppliedCalls = 50;
const most = stockLevel.maxValue ?? Number.MAX_SAFE_INTEGER;

export function createProductStore(model: ProductModel): ProductStore {
  async function findByCall(callId: string): Promise<Product | undefined> {
    const document = await model.findOne({ createdBy: callId }, publicFields).lean<PublicDocument>();
    return document ? toProduct(document) : undefined;
  }

  return {
    async list() {
      const documents = await model
        .find({}, { ...publicFields, createdAt: 1 })
        .lean<(PublicDocument & Pick<ProductDocument, 'createdAt'>)[]>();
      return documents.map((document) => ({ product: toProduct(document), createdAt: document.createdAt }));
    },

    async findByIds(productIds) {
      const documents = await model
        .find({ _id: { $in: [...productIds] } }, publicFields)
        .lean<PublicDocument[]>();
      return new Map(documents.map((document) => [document._id.toHexString(), toProduct(document)]));
    },

    findByCall,

    async add({ quantity, ...fields }, callId) {
      try {
        const document = await model.create({
          _id: new Types.ObjectId(),
          ...fields,
          createdAt: new Date(),
          ...(callId === undefined ? {} : { createdBy: callId }),
          available: quantity,
          reserved: 0,
          sold: 0,
        });
        return { product: toProduct(document), isNew: true };
      } catch (error) {
        if (callId === undefined || !isDuplicateKey(error)) throw error;
        const product = await findByCall(callId);
        if (!product) throw error;
        return { product, isNew: false };
      }
    },

    async changeStock(productId, delta, callId) {
      const changed = await model
        .findOneAndUpdate(
          {
            _id: productId,
            available: { $gte: -delta, $lte: most - delta },
            ...(callId === undefined ? {} : { applied: { $ne: callId } }),
          },
          {
            $inc: { available: delta },
            ...(callId === undefined
              ? {}
              : { $push: { applied: { $each: [callId], $slice: -mostAppliedCalls } } }),
          },
          { returnDocument: 'after', projection: publicFields },
        )
        .lean<PublicDocument>();
      if (changed) return { kind: 'changed', product: toProduct(changed) };

      const document = await model
        .findById(productId, { ...publicFields, applied: 1 })
        .lean<PublicDocument & Pick<ProductDocument, 'applied'>>();
      if (!document) return { kind: 'unknown' };
      const product = toProduct(document);
      if (callId !== undefined && document.applied.includes(callId))
        return { kind: 'changed-before', product };
      return { kind: delta < 0 ? 'too-few' : 'too-many', product };
    },
  };
}

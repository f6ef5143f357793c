import { type Product, stockLevel } from '@micromall/contracts';
import type { ProductDocument } from './product-model.js';

/** The fields of a document that `publicFields` selects. */
export type PublicDocument = Pick<
  ProductDocument,
  '_id' | 'name' | 'description' | 'category' | 'price' | 'currency' | 'image' | 'available'
>;

/** Returned stock may lift a full product above the largest stock level of the contract. */
const most = stockLevel.maxValue ?? Number.MAX_SAFE_INTEGER;

export function toProduct(document: PublicDocument): Product {
  const { _id, name, description, category, price, currency, image, available } = document;
  return {
    productId: _id.toHexString(),
    name,
    description,
    category,
    price,
    currency,
    available: Math.min(available, most),
    image,
  };
}

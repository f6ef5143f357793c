import { readFileSync } from 'node:fs';
import {
  createProduct,
  productCategory,
  productDescription,
  productName,
  stockLevel,
} from '@micromall/contracts';
import { z } from 'zod';

const demoProduct = z.strictObject({
  /** Names the product's picture and the call that makes it; never changes. */
  key: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
  name: productName,
  description: productDescription,
  category: productCategory,
  /** Integer, minor units. */
  price: createProduct.request.shape.price,
  /** How many the shop starts with. */
  quantity: stockLevel,
});

export type DemoProduct = z.output<typeof demoProduct>;

/**
 * What products.json offers, in the order in which the shop shows it.
 * @throws {z.ZodError} naming each field that the contract of create-product would refuse
 */
export function readDemoProducts(): DemoProduct[] {
  const text = readFileSync(new URL('../products.json', import.meta.url), 'utf8');
  return z.array(demoProduct).parse(JSON.parse(text));
}

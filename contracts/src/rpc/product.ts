import { z } from 'zod';
import { defineRpc, failure } from '../define.js';
import {
  chargeLimits,
  currency,
  imageHash,
  minorUnits,
  objectId,
  quantity,
  quantityDelta,
  timestamp,
} from '../primitives.js';

/** 1 to 120 characters. */
export const productName = z
  .string('must be a text')
  .trim()
  .min(1, 'must not be empty')
  .max(120, 'must have at most 120 characters');
/** 1 to 40 characters. */
export const productCategory = z
  .string('must be a text')
  .trim()
  .min(1, 'must not be empty')
  .max(40, 'must have at most 40 characters');
/** At most 2,000 characters, plain text. */
export const productDescription = z
  .string('must be a text')
  .trim()
  .max(2_000, 'must have at most 2,000 characters');
/** How many of a product there are: 0 to 1,000,000. */
export const stockLevel = z
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(1_000_000, 'must be at most 1,000,000');

/** A product as the catalogue shows it; the price in minor units. */
export const product = z.strictObject({
  productId: objectId,
  name: productName,
  description: productDescription,
  category: productCategory,
  price: minorUnits,
  currency,
  /** How many can be bought now: neither sold nor reserved for an order that is being paid. */
  available: stockLevel,
  image: imageHash.nullable(),
});
/** See {@link product}. */
export type Product = z.output<typeof product>;

/** The order of a page of the catalogue. */
export const catalogSort = z.enum(['newest', 'name', 'price-up', 'price-down']);
/** See {@link catalogSort}. */
export type CatalogSort = z.output<typeof catalogSort>;

const exampleProduct = {
  productId: '66f0a1b2c3d4e5f6012345aa',
  name: 'Stoneware mug',
  description: 'Holds 350 ml and keeps it warm.',
  category: 'Kitchen',
  price: 1850,
  currency: 'SGD',
  available: 24,
  image: null,
};

const wholeCatalog = z.strictObject({ all: z.literal(true) });
const namedProducts = z.strictObject({
  productIds: z.array(objectId).max(200, 'must name at most 200 products'),
});
const catalogPage = z.strictObject({
  search: z.string().trim().max(100, 'must have at most 100 characters').optional(),
  category: productCategory.optional(),
  sort: catalogSort.default('newest'),
  page: z.int().min(1).max(10_000).default(1),
  pageSize: z.int().min(1).max(100).default(24),
});

export const catalog = defineRpc({
  queue: 'catalog',
  owner: 'product-service',
  callers: ['frontend-service', 'cart-service'],
  access: 'anyone',
  effect: 'read',
  summary: 'Lists products: all of them (the newest 1,000), named ones, or one page of a search.',
  request: z.union([wholeCatalog, namedProducts, catalogPage]),
  response: z.strictObject({
    products: z.array(product),
    /** How many match in all, over every page. */
    total: z.int().min(0),
    categories: z.array(z.strictObject({ name: productCategory, products: z.int().min(0) })),
  }),
  example: {
    request: { all: true },
    response: { products: [exampleProduct], total: 1, categories: [{ name: 'Kitchen', products: 1 }] },
  },
});

/** The widths in which each picture is kept, in pixels. */
export const imageWidths = [400, 800, 1200] as const;

export const getImage = defineRpc({
  queue: 'get-image',
  owner: 'product-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'read',
  summary: 'The bytes of a product image in one of its widths (pixels).',
  request: z.strictObject({ image: imageHash, width: z.literal(imageWidths) }),
  response: z.strictObject({ contentType: z.literal('image/webp'), base64: z.string() }),
  failures: { 'image-unknown': failure('No product has this image.') },
  example: {
    request: { image: 'a'.repeat(64), width: 400 },
    response: { contentType: 'image/webp', base64: 'UklGRg==' },
  },
});

export const createProduct = defineRpc({
  queue: 'create-product',
  owner: 'product-service',
  callers: ['frontend-service'],
  access: 'admin',
  effect: 'once',
  timeoutMs: 15_000,
  summary: 'Adds a product to the catalogue. The price is in minor units (1850 means 18.50).',
  request: z.strictObject({
    name: productName,
    quantity: stockLevel,
    price: minorUnits.min(1, 'must be at least 1'),
    description: productDescription.default(''),
    category: productCategory.default('Other'),
    /** A PNG, JPEG, WebP, AVIF or GIF picture; it is decoded and encoded anew. */
    imageBase64: z
      .base64('must be base64')
      .max(900_000, 'must be at most 900,000 characters of base64')
      .optional(),
  }),
  response: z.strictObject({ product }),
  failures: {
    'image-unreadable': failure('The picture could not be decoded.'),
    'price-not-payable': failure('Stripe takes neither so much nor so little for one payment.', chargeLimits),
  },
  example: {
    request: { name: 'Stoneware mug', quantity: 24, price: 1850 },
    response: { product: exampleProduct },
  },
});

export const changeProduct = defineRpc({
  queue: 'change-product',
  owner: 'product-service',
  callers: ['frontend-service'],
  access: 'admin',
  effect: 'once',
  summary: 'Changes the stock of a product by `qty`: 5 adds five, -5 takes five away.',
  request: z.strictObject({ productId: objectId, qty: quantityDelta }),
  response: z.strictObject({ product }),
  failures: {
    'product-unknown': failure('No product has this id.'),
    'insufficient-stock': failure(
      'Fewer are available than should be taken away.',
      z.strictObject({ available: stockLevel }),
    ),
    'stock-limit': failure(
      'There would be more available than a stock level can say (1,000,000).',
      z.strictObject({ available: stockLevel }),
    ),
  },
  example: {
    request: { productId: exampleProduct.productId, qty: 5 },
    response: { product: { ...exampleProduct, available: 29 } },
  },
});

/** How much of a product an order wants reserved. */
export const reservationLine = z.strictObject({ productId: objectId, quantity });
/** See {@link reservationLine}. */
export type ReservationLine = z.output<typeof reservationLine>;

/** What is missing: the line's product, how many were wanted and how many there are. */
export const shortage = z.strictObject({
  productId: objectId,
  name: z.string(),
  wanted: z.int().min(1),
  available: stockLevel,
});
/** See {@link shortage}. */
export type Shortage = z.output<typeof shortage>;

export const reserveStock = defineRpc({
  queue: 'reserve-stock',
  owner: 'product-service',
  callers: ['order-service'],
  access: 'service',
  effect: 'idempotent',
  summary:
    'Holds the stock of an order, all lines or none, until `expiresAt`; answers with names and prices to freeze.',
  request: z.strictObject({
    orderId: objectId,
    lines: z.array(reservationLine).min(1).max(100),
    expiresAt: timestamp,
  }),
  response: z.strictObject({
    lines: z.array(
      z.strictObject({
        productId: objectId,
        name: productName,
        price: minorUnits,
        currency,
        quantity,
        image: imageHash.nullable(),
      }),
    ),
  }),
  failures: {
    'insufficient-stock': failure(
      'Some lines want more than there is.',
      z.strictObject({ shortages: z.array(shortage) }),
    ),
    'reservation-ended': failure('The order held stock before and has given it back.'),
  },
  example: {
    request: {
      orderId: '66f0a1b2c3d4e5f6012345bb',
      lines: [{ productId: exampleProduct.productId, quantity: 2 }],
      expiresAt: '2026-11-21T12:30:00.000Z',
    },
    response: {
      lines: [
        {
          productId: exampleProduct.productId,
          name: 'Stoneware mug',
          price: 1850,
          currency: 'SGD',
          quantity: 2,
          image: null,
        },
      ],
    },
  },
});

import { z } from 'zod';
import { defineRpc, failure } from '../define.js';
import {
  cartId,
  currency,
  imageHash,
  minorUnits,
  minorUnitsSum,
  objectId,
  quantity,
  quantityDelta,
} from '../primitives.js';

/** One product in a cart; amounts in minor units. */
export const cartLine = z.strictObject({
  productId: objectId,
  name: z.string(),
  image: imageHash.nullable(),
  price: minorUnits,
  quantity,
  /** How many could be bought now. Less than `quantity` means that stock shrank since. */
  available: z.int().min(0),
  /** price x quantity, minor units. */
  amount: minorUnitsSum,
});
/** See {@link cartLine}. */
export type CartLine = z.output<typeof cartLine>;

/** A cart with the names, prices and stock of the moment of the answer. */
export const cart = z.strictObject({
  id: cartId,
  /** Grows with every change; a checkout names the version that the shopper saw. */
  version: z.int().min(0),
  lines: z.array(cartLine),
  /** How many items in all: the number on the cart icon. */
  count: z.int().min(0),
  subtotal: minorUnitsSum,
  currency,
});
/** See {@link cart}. */
export type Cart = z.output<typeof cart>;

/** What had to be changed in a cart because the shop has less of it, or none, since it was put there. */
export const cartChange = z.strictObject({
  productId: objectId,
  name: z.string(),
  from: quantity,
  to: z.int().min(0),
});
/** See {@link cartChange}. */
export type CartChange = z.output<typeof cartChange>;

const exampleId = 'guest-2f1c9a34-0b6e-4c57-9d52-7f6f0e1b8a11';
const exampleProductId = '66f0a1b2c3d4e5f6012345aa';
const exampleCart = {
  id: exampleId,
  version: 3,
  lines: [
    {
      productId: exampleProductId,
      name: 'Stoneware mug',
      image: null,
      price: 1850,
      quantity: 2,
      available: 24,
      amount: 3700,
    },
  ],
  count: 2,
  subtotal: 3700,
  currency: 'SGD',
};
const emptyCart = { ...exampleCart, version: 4, lines: [], count: 0, subtotal: 0 };

const notYours = failure('This cart belongs to an account: only that person may use it.');

export const getCart = defineRpc({
  queue: 'get-cart',
  owner: 'cart-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'read',
  summary:
    'A cart with the names, prices and stock of this moment. A cart that nobody has used yet is empty.',
  request: z.strictObject({ id: cartId }),
  response: z.strictObject({ cart }),
  failures: { 'not-your-cart': notYours },
  example: { request: { id: exampleId }, response: { cart: exampleCart } },
});

export const reviewCart = defineRpc({
  queue: 'review-cart',
  owner: 'cart-service',
  callers: ['frontend-service', 'order-service'],
  access: 'anyone',
  effect: 'idempotent',
  summary: 'Brings a cart in line with what the shop still has, and says what changed.',
  request: z.strictObject({
    id: cartId,
    /** What an unpaid order of the same shopper holds: it is theirs to buy, so here it counts as available. */
    held: z
      .array(z.strictObject({ productId: objectId, quantity }))
      .max(100)
      .default([]),
  }),
  response: z.strictObject({ cart, changes: z.array(cartChange) }),
  failures: { 'not-your-cart': notYours },
  example: {
    request: { id: exampleId },
    response: {
      cart: exampleCart,
      changes: [{ productId: exampleProductId, name: 'Stoneware mug', from: 5, to: 2 }],
    },
  },
});

export const changeCart = defineRpc({
  queue: 'change-cart',
  owner: 'cart-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'once',
  summary: 'Puts `qty` more of a product into a cart, or takes some out with a negative number.',
  request: z.strictObject({ id: cartId, itemid: objectId, qty: quantityDelta }),
  response: z.strictObject({ cart }),
  failures: {
    'not-your-cart': notYours,
    'product-unknown': failure('The shop has no such product.'),
    'insufficient-stock': failure(
      'The cart would hold more than there is.',
      z.strictObject({ name: z.string(), available: z.int().min(0), inCart: z.int().min(0) }),
    ),
    'cart-full': failure('A cart holds at most 100 different products.'),
  },
  example: { request: { id: exampleId, itemid: exampleProductId, qty: 2 }, response: { cart: exampleCart } },
});

export const deleteCart = defineRpc({
  queue: 'delete-cart',
  owner: 'cart-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'idempotent',
  summary: 'Empties a cart.',
  request: z.strictObject({ id: cartId }),
  response: z.strictObject({ cart }),
  failures: { 'not-your-cart': notYours },
  example: { request: { id: exampleId }, response: { cart: emptyCart } },
});

export const mergeCart = defineRpc({
  queue: 'merge-cart',
  owner: 'cart-service',
  callers: ['frontend-service'],
  access: 'person',
  effect: 'idempotent',
  summary: "Moves a guest's cart into the cart of the account that has just logged in.",
  request: z.strictObject({ guestId: cartId }),
  response: z.strictObject({ cart }),
  failures: { 'not-your-cart': notYours },
  example: {
    request: { guestId: exampleId },
    response: { cart: { ...exampleCart, id: '66f0a1b2c3d4e5f601234567' } },
  },
});

export const settleCart = defineRpc({
  queue: 'settle-cart',
  owner: 'cart-service',
  callers: ['order-service'],
  access: 'service',
  effect: 'idempotent',
  timeoutMs: 1_000,
  summary:
    'Takes what an order has bought out of the cart; the event `order.paid` does the same, so each order counts once.',
  request: z.strictObject({
    userId: objectId,
    orderId: objectId,
    lines: z.array(z.strictObject({ productId: objectId, quantity })),
  }),
  response: z.strictObject({}),
  example: {
    request: {
      userId: '66f0a1b2c3d4e5f601234567',
      orderId: '66f0a1b2c3d4e5f6012345bb',
      lines: [{ productId: exampleProductId, quantity: 2 }],
    },
    response: {},
  },
});

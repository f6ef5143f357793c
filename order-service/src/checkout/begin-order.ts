import { type Cart, type CartChange, type OrderLine, reviewCart } from '@micromall/contracts';
import { currentTrace, failed, type Identity, newTraceId } from '@micromall/platform';
import type { Context } from '../context.js';
import { lookEveryMs } from '../domain/looks.js';
import { type OrderRecord, subtotalOf } from '../domain/order.js';
import { newOrderNumber } from '../domain/order-number.js';
import { failpoint } from '../failpoints.js';
import { newOrderId } from '../store/orders.js';

/** What the shopper agreed to on the confirm page. */
export interface Confirmation {
  readonly checkoutId: string;
  readonly confirmedTotal: number;
  readonly cartVersion: number;
}

/** Two orders never get one number; a million million of them make a second try rare and a third a fault. */
const mostNumbers = 5;

export const cartChangedText =
  'Your cart, or a price in it, has changed since you saw the total. Please look at it again.';

/**
 * The order of this checkout: a new one made from the cart as it is now, if that is what the shopper agreed to, or
 * the one that an earlier try, or another browser with the same cart, has made.
 */
export async function beginOrder(context: Context, shopper: Identity, confirmation: Confirmation) {
  const reply = await context.rpc.call(reviewCart, { id: shopper.userId });
  if (!reply.ok) throw new Error(`review-cart: ${reply.error.message}`);
  const { cart, changes } = reply;
  const shortages = shortagesOf(changes);
  if (shortages.length > 0) {
    return failed('insufficient-stock', 'The shop has less than your cart wanted.', { shortages });
  }
  if (cart.lines.length === 0) return failed('cart-empty', 'There is nothing in your cart.');
  const total = cart.subtotal + context.config.shipping.amount;
  if (cart.version !== confirmation.cartVersion || total !== confirmation.confirmedTotal) {
    return failed('cart-changed', cartChangedText);
  }
  if (cart.currency !== context.config.CURRENCY) {
    throw new Error(`the cart is in ${cart.currency}, but CURRENCY here is ${context.config.CURRENCY}`);
  }
  return { ok: true, order: await insertOrder(context, shopper, confirmation, cart) } as const;
}

/** What cart-service just took out of the cart is what the shopper must hear about before paying. */
function shortagesOf(changes: readonly CartChange[]) {
  return changes.map(({ productId, name, from, to }) => ({ productId, name, wanted: from, available: to }));
}

async function insertOrder(
  context: Context,
  shopper: Identity,
  confirmation: Confirmation,
  cart: Cart,
): Promise<OrderRecord> {
  for (let numbers = 0; numbers < mostNumbers; numbers += 1) {
    const order = newOrder(context, shopper, confirmation, cart);
    if ((await context.orders.insert(order)) === 'inserted') {
      context.events.placed(order);
      failpoint('order-created');
      return order;
    }
    const existing =
      (await context.orders.findByCheckout(shopper.userId, confirmation.checkoutId)) ??
      (await context.orders.findOpenOfCart(shopper.userId, confirmation.cartVersion));
    if (existing) return existing;
  }
  throw new Error(`no free order number was found in ${mostNumbers} tries`);
}

function newOrder(
  { config }: Context,
  shopper: Identity,
  confirmation: Confirmation,
  cart: Cart,
): OrderRecord {
  const now = new Date();
  const lines = cart.lines.map(
    ({ productId, name, image, price, quantity, amount }): OrderLine => ({
      productId,
      name,
      image,
      price,
      quantity,
      amount,
    }),
  );
  const subtotal = subtotalOf(lines);
  return {
    _id: newOrderId(),
    number: newOrderNumber(),
    userId: shopper.userId,
    email: shopper.email,
    ...confirmation,
    state: 'awaiting-payment',
    lines,
    subtotal,
    shipping: config.shipping,
    total: subtotal + config.shipping.amount,
    currency: config.CURRENCY,
    createdAt: now,
    expiresAt: new Date(now.getTime() + config.CHECKOUT_MINUTES * 60_000),
    history: [{ state: 'awaiting-payment', at: now }],
    cancelReason: null,
    closingReason: null,
    shortages: [],
    checkout: null,
    payment: null,
    refundAttempts: 0,
    refundReason: null,
    refundId: null,
    refundFailure: null,
    outbox: [],
    traceId: currentTrace()?.traceId ?? newTraceId(),
    nextLookAt: new Date(now.getTime() + lookEveryMs),
  };
}

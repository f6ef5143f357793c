import { randomBytes, randomInt } from 'node:crypto';
import {
  type CartChange,
  isChargeable,
  leastCharge,
  mostCharge,
  type OrderLine,
  type placeOrder as placeOrderContract,
  type RpcReply,
  reserveStock,
} from '@micromall/contracts';
import { currentTrace, failed, newTraceId } from '@micromall/platform';
import { reviewCartOf } from '../clients/cart.js';
import { endCheckout, openPaymentPage } from '../clients/payment.js';
import type { Context } from '../context.js';
import { type Confirmation, newOrder, type Shopper } from '../domain/new-order.js';
import { type OrderRecord, sameLines, subtotalOf } from '../domain/order.js';
import { newOrderNumber } from '../domain/order-number.js';
import { failpoint } from '../failpoints.js';
import { newOrderId } from '../store/orders.js';
import { reconcile } from './apply-payment.js';
import { transitionOrder } from './transition-order.js';

type PlaceOrderReply = RpcReply<typeof placeOrderContract>;

/** Two orders never get one number; a million million of them make a second try rare and a third a fault. */
const mostNumbers = 5;
/** The stock outlives the payment page a little, so that a payment of the last second finds it still held. */
const reservationGraceMs = 5 * 60_000;

const cartChangedText =
  'Your cart, or a price in it, has changed since you saw the total. Please look at it again.';

/**
 * The checkout saga: make the order, reserve its stock, open its payment page. Each step may be repeated, and a second
 * try goes on where the first one ended: the same `checkoutId` is one order, one reservation and one payment page.
 * @param deadline when the caller stops waiting
 */
export async function placeOrder(
  context: Context,
  shopper: Shopper,
  confirmation: Confirmation,
  deadline: Date | undefined,
): Promise<PlaceOrderReply> {
  const reply = await runSaga(context, shopper, confirmation, deadline);
  if (!reply.ok) context.events.checkoutRefused(reply.error.code, shopper.userId);
  return reply;
}

async function runSaga(
  context: Context,
  shopper: Shopper,
  confirmation: Confirmation,
  deadline: Date | undefined,
): Promise<PlaceOrderReply> {
  const earlier = await context.orders.findByCheckout(shopper.userId, confirmation.checkoutId);
  const begun = earlier
    ? ({ ok: true, order: earlier } as const)
    : await beginOrder(context, shopper, confirmation);
  if (!begun.ok) return begun;

  const order = await endIfOverdue(context, begun.order);
  if (order.state !== 'awaiting-payment') return finishedReply(order);
  if (
    order.confirmedTotal !== confirmation.confirmedTotal ||
    order.cartVersion !== confirmation.cartVersion
  ) {
    return failed('cart-changed', cartChangedText);
  }
  if (order.checkout) return openReply(order, order.checkout);

  const reserved = await reserve(context, order);
  if (reserved.state !== 'awaiting-payment') return finishedReply(reserved);
  failpoint('stock-reserved');
  return openPage(context, reserved, deadline);
}

/**
 * The order of this checkout: a new one made from the cart as it is now, if that is what the shopper agreed to, or
 * the one that an earlier try, or another browser with the same cart, has made.
 */
async function beginOrder(context: Context, shopper: Shopper, confirmation: Confirmation) {
  // Before the cart is reviewed: its last units may be those that this very order holds.
  const open = await context.orders.findOpenOfCart(shopper.userId, confirmation.cartVersion);
  if (open) return { ok: true, order: open } as const;

  const { shipping, CURRENCY: currency, CHECKOUT_MINUTES: checkoutMinutes } = context.config;
  const { cart, changes } = await reviewCartOf(context, shopper.userId);
  const shortages = shortagesOf(changes);
  if (shortages.length > 0) {
    return failed('insufficient-stock', 'The shop has less than your cart wanted.', { shortages });
  }
  if (cart.lines.length === 0) return failed('cart-empty', 'There is nothing in your cart.');
  const total = cart.subtotal + shipping.amount;
  if (cart.version !== confirmation.cartVersion || total !== confirmation.confirmedTotal) {
    return failed('cart-changed', cartChangedText);
  }
  if (cart.currency !== currency) {
    throw new Error(`the cart is in ${cart.currency}, but CURRENCY here is ${currency}`);
  }
  if (!isChargeable(total, currency)) {
    const limits = { least: leastCharge(currency), most: mostCharge, currency };
    return failed('total-not-payable', `Stripe takes no payment of ${total} minor units.`, limits);
  }

  for (let numbers = 0; numbers < mostNumbers; numbers += 1) {
    const ids = {
      _id: newOrderId(),
      number: newOrderNumber(randomInt),
      cancelToken: randomBytes(16).toString('base64url'),
      traceId: currentTrace()?.traceId ?? newTraceId(),
    };
    const terms = { shipping, currency, checkoutMinutes };
    const order = newOrder(ids, shopper, confirmation, cart, terms, new Date());
    if ((await context.orders.insert(order)) === 'inserted') {
      context.events.placed(order);
      failpoint('order-created');
      return { ok: true, order } as const;
    }
    const existing =
      (await context.orders.findByCheckout(shopper.userId, confirmation.checkoutId)) ??
      (await context.orders.findOpenOfCart(shopper.userId, confirmation.cartVersion));
    if (existing) return { ok: true, order: existing } as const;
  }
  throw new Error(`no free order number was found in ${mostNumbers} tries`);
}

/** What cart-service just took out of the cart is what the shopper must read before paying. */
function shortagesOf(changes: readonly CartChange[]) {
  return changes.map(({ productId, name, from, to }) => ({ productId, name, wanted: from, available: to }));
}

/** An order whose payment page has closed can only be finished; how, Stripe knows. */
async function endIfOverdue(context: Context, order: OrderRecord): Promise<OrderRecord> {
  if (order.state !== 'awaiting-payment' || order.expiresAt > new Date()) return order;
  const status = await endCheckout(context, order._id);
  if (status === 'no-answer') return order;
  return reconcile(context, order, status, 'payment-expired');
}

/**
 * Holds the stock of an order and freezes names and prices as product-service has them at this moment.
 * @returns the order: awaiting its payment, or cancelled because there is too little stock or the price changed
 */
async function reserve(context: Context, order: OrderRecord): Promise<OrderRecord> {
  const reply = await context.rpc.call(reserveStock, {
    orderId: order._id,
    lines: order.lines.map(({ productId, quantity }) => ({ productId, quantity })),
    expiresAt: new Date(order.expiresAt.getTime() + reservationGraceMs).toISOString(),
  });
  if (!reply.ok) {
    const why =
      reply.error.code === 'insufficient-stock'
        ? { reason: 'out-of-stock' as const, shortages: reply.error.details.shortages }
        : // The stock was given back before, so somebody ended this checkout.
          { reason: 'checkout-abandoned' as const };
    return (await transitionOrder(context, order, { to: 'cancelled', ...why })).order;
  }

  const foreign = reply.lines.find((line) => line.currency !== order.currency);
  if (foreign)
    throw new Error(`${foreign.productId} is priced in ${foreign.currency}, not in ${order.currency}`);
  const lines = reply.lines.map(
    ({ currency: _, ...line }): OrderLine => ({ ...line, amount: line.price * line.quantity }),
  );
  const subtotal = subtotalOf(lines);
  const total = subtotal + order.shipping.amount;
  if (total !== order.confirmedTotal) {
    return (await transitionOrder(context, order, { to: 'cancelled', reason: 'cart-changed' })).order;
  }
  context.events.reserved(order);
  if (sameLines(lines, order.lines)) return order;
  const frozen = await context.orders.freeze(order, { lines, subtotal, total });
  return frozen ?? (await context.orders.find(order._id)) ?? order;
}

async function openPage(
  context: Context,
  order: OrderRecord,
  deadline: Date | undefined,
): Promise<PlaceOrderReply> {
  const session = await openPaymentPage(context, order, deadline);
  if (!session) {
    // The order holds its stock for a while, so that the same checkout can be tried again.
    return failed(
      'payment-unavailable',
      'The payment page can not be opened now. Nothing was charged: try again.',
      { orderId: order._id },
    );
  }
  failpoint('session-opened');
  const opened = await context.orders.openCheckout(order._id, session);
  failpoint('checkout-stored');
  if (opened) {
    context.events.sessionOpened(opened);
    return openReply(opened, session);
  }
  // Cancelled meanwhile: nobody should pay on this page. If someone does all the same, the money goes back.
  const current = (await context.orders.find(order._id)) ?? order;
  if (current.state === 'cancelled') await endCheckout(context, order._id);
  return finishedReply(current);
}

function openReply(order: OrderRecord, { url }: { readonly url: string }): PlaceOrderReply {
  return { ok: true, orderId: order._id, number: order.number, checkoutUrl: url };
}

/** What a checkout that has ended answers: what it answered when it ended, or that it is over. */
function finishedReply(order: OrderRecord): PlaceOrderReply {
  if (order.cancelReason === 'out-of-stock') {
    const shortages = order.shortages.map((shortage) => ({ ...shortage }));
    return failed('insufficient-stock', 'The shop has less than you ordered.', { shortages });
  }
  if (order.cancelReason === 'cart-changed') return failed('cart-changed', cartChangedText);
  const message = `This checkout is finished: order ${order.number} is ${order.state}.`;
  return failed('already-ordered', message, { orderId: order._id, state: order.state });
}

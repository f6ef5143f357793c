import { type CartLine, getCart, type RpcReply, reviewCart } from '@micromall/contracts';
import type { Request, RequestHandler } from 'express';
import type { Context } from '../context.js';
import { cartChangeText, stockLabel } from '../domain/labels.js';
import { formatMoney } from '../domain/money.js';
import { imageAddress } from '../domain/pictures.js';
import { compileView } from '../http/views.js';
import { type CartKey, cartOf } from '../store/shopper.js';
import { mergeGuestCart } from '../use-cases/merge-cart.js';

interface LineModel {
  readonly productId: string;
  readonly name: string;
  readonly image: string | undefined;
  readonly price: string;
  readonly quantity: number;
  readonly stock: string;
  readonly amount: string;
}

interface CartModel {
  readonly lines: readonly LineModel[];
  readonly changes: readonly string[];
  readonly count: number;
  readonly subtotal: string;
  readonly loggedIn: boolean;
  readonly csrfToken: string;
}

function lineOf(line: CartLine, currency: string): LineModel {
  return {
    productId: line.productId,
    name: line.name,
    image: imageAddress(line.image, 400),
    price: formatMoney(line.price, currency),
    quantity: line.quantity,
    stock: stockLabel(line.available),
    amount: formatMoney(line.amount, currency),
  };
}

/** `GET /cart`: what is in the cart, brought in line with what the shop still has. */
export function showCart(context: Context): RequestHandler {
  const { rpc, pages, config } = context;
  const view = compileView<CartModel>('cart');

  /** A review would take out what the shopper's own open order is holding, so that cart is only read. */
  async function ask(cart: CartKey, heldByOrder: boolean): Promise<RpcReply<typeof reviewCart>> {
    const options = { identity: cart.identity };
    if (!heldByOrder) return rpc.call(reviewCart, { id: cart.id }, options);
    const reply = await rpc.call(getCart, { id: cart.id }, options);
    return reply.ok ? { ...reply, changes: [] } : reply;
  }

  async function read(request: Request): Promise<Omit<CartModel, 'csrfToken' | 'loggedIn'>> {
    const cart = cartOf(request);
    if (!cart) return { lines: [], changes: [], count: 0, subtotal: formatMoney(0, config.CURRENCY) };
    const { openOrderId, openAttempt } = request.session;
    const reply = await ask(cart, openOrderId !== undefined || openAttempt !== undefined);
    // A cart that is not this visitor's is not shown; a guest's next one has another name.
    if (!reply.ok) return { lines: [], changes: [], count: 0, subtotal: formatMoney(0, config.CURRENCY) };
    if (request.session.cartCount !== reply.cart.count) request.session.cartCount = reply.cart.count;
    return {
      lines: reply.cart.lines.map((line) => lineOf(line, reply.cart.currency)),
      changes: reply.changes.map(cartChangeText),
      count: reply.cart.count,
      subtotal: formatMoney(reply.cart.subtotal, reply.cart.currency),
    };
  }

  return async (request, response) => {
    await mergeGuestCart(context, request);
    const cart = await read(request);
    const loggedIn = request.session.account !== undefined;
    const csrfToken = pages.token(request, response);
    pages.send(request, response, { title: 'Your cart', body: view({ ...cart, loggedIn, csrfToken }) });
  };
}

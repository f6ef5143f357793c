import { type CartLine, getCart, type RpcReply, reviewCart } from '@micromall/contracts';
import type { Request, RequestHandler } from 'express';
import type { FrontendContext } from '../context.js';
import { compileView } from '../http/views.js';
import { type CartKey, cartOf } from '../session/shopper.js';
import { mergeGuestCart } from '../shop/merge-cart.js';
import { formatMoney } from '../shop/money.js';
import { imageAddress } from '../shop/pictures.js';
import { changeWords, stockWords } from '../shop/words.js';

interface LineModel {
  readonly productId: string;
  readonly name: string;
  readonly image: string;
  readonly price: string;
  readonly quantity: number;
  readonly mayGrow: boolean;
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
    mayGrow: line.quantity < line.available,
    stock: stockWords(line.available),
    amount: formatMoney(line.amount, currency),
  };
}

/** `GET /cart`: what is in the cart, brought in line with what the shop still has. */
export function showCart(context: FrontendContext): RequestHandler {
  const { rpc, pages, config } = context;
  const view = compileView<CartModel>('cart');

  /** A review would take out what the shopper's own open order is holding, so that cart is only looked at. */
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
      changes: reply.changes.map(changeWords),
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

import { type quoteOrder, reviewCart } from '@micromall/contracts';
import { ForbiddenError, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { stockHeldBy } from '../domain/held-stock.js';

export function handleQuoteOrder(context: Context): RpcHandler<typeof quoteOrder> {
  return async (_request, { identity }) => {
    if (!identity) throw new ForbiddenError('quote-order is about the cart of a person who is logged in.');
    const newest = await context.orders.newest(identity.userId);
    const held = newest ? stockHeldBy(newest, new Date()) : [];
    const reply = await context.rpc.call(reviewCart, { id: identity.userId, held });
    if (!reply.ok) throw new Error(`review-cart: ${reply.error.message}`);
    const { cart, changes } = reply;
    const { shipping } = context.config;
    context.events.quoted(identity.userId);
    return {
      ok: true,
      cart,
      changes,
      shipping,
      total: cart.subtotal + shipping.amount,
      currency: cart.currency,
    };
  };
}

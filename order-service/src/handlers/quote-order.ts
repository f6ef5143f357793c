import type { quoteOrder } from '@micromall/contracts';
import { ForbiddenError, type RpcHandler } from '@micromall/platform';
import { reviewCartOf } from '../clients/cart.js';
import type { Context } from '../context.js';
import { stockHeldBy } from '../domain/held-stock.js';

export function handleQuoteOrder(context: Context): RpcHandler<typeof quoteOrder> {
  return async (_request, { identity }) => {
    if (!identity) throw new ForbiddenError('quote-order is about the cart of a person who is logged in.');
    const newest = await context.orders.newest(identity.userId);
    const held = newest ? stockHeldBy(newest, new Date()) : [];
    const { cart, changes } = await reviewCartOf(context, identity.userId, held);
    const { shipping } = context.config;
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

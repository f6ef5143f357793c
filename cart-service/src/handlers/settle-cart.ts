import type { RpcRequest, settleCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { settle } from '../domain/settle.js';
import { failpoint } from '../failpoints.js';

export function handleSettleCart(context: Context): RpcHandler<typeof settleCart> {
  return async (order) => {
    await settleOrder(context, order);
    return { ok: true };
  };
}

/** However often and by whichever way it is told, an order leaves the cart once. */
export async function settleOrder(
  { carts, events }: Context,
  { userId, orderId, lines }: RpcRequest<typeof settleCart>,
): Promise<void> {
  const { result: isFirst } = await carts.update(userId, (current) => {
    const cart = settle(current, orderId, lines);
    return { cart, result: cart !== current };
  });
  failpoint('cart-settled');
  if (isFirst) events.cartSettled(userId, orderId);
}

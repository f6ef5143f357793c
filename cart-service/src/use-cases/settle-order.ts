import type { RpcRequest, settleCart } from '@micromall/contracts';
import type { Context } from '../context.js';
import { settle } from '../domain/settle.js';
import { failpoint } from '../failpoints.js';

/** Takes a paid order out of its cart: once, however often the call and the event arrive. */
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

import type { cancelCheckout as contract } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { cancelCheckout, isCancelTokenOf } from '../use-cases/cancel-checkout.js';
import { findOwnOrder, orderUnknownText } from '../use-cases/find-order.js';

export function handleCancelCheckout(context: Context): RpcHandler<typeof contract> {
  return async ({ orderId, cancelToken }, caller) => {
    const order = await findOwnOrder(context, orderId, caller);
    if (!order) return failed('order-unknown', orderUnknownText);
    if (cancelToken !== undefined && !isCancelTokenOf(order, cancelToken)) {
      return failed('wrong-token', 'This is not the return address of this checkout. Nothing was changed.');
    }
    return { ok: true, order: toOrder(await cancelCheckout(context, order)) };
  };
}

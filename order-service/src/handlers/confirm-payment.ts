import type { confirmPayment as contract } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { toOrder } from '../domain/order.js';
import { confirmPayment } from '../use-cases/confirm-payment.js';
import { findOwnOrder, orderUnknownText } from '../use-cases/find-order.js';

export function handleConfirmPayment(context: Context): RpcHandler<typeof contract> {
  return async ({ orderId }, caller) => {
    const order = await findOwnOrder(context, orderId, caller);
    if (!order) return failed('order-unknown', orderUnknownText);
    return { ok: true, order: toOrder(await confirmPayment(context, order)) };
  };
}

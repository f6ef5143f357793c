import type { settleCart } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { settleOrder } from '../use-cases/settle-order.js';

export function handleSettleCart(context: Context): RpcHandler<typeof settleCart> {
  return async (order) => {
    await settleOrder(context, order);
    return { ok: true };
  };
}

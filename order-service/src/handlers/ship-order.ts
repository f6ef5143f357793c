import type { shipOrder } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { advanceOrder } from '../use-cases/advance-order.js';

export function handleShipOrder(context: Context): RpcHandler<typeof shipOrder> {
  return ({ orderId }) => advanceOrder(context, orderId, 'shipped');
}

import type { deliverOrder } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { advanceOrder } from '../use-cases/advance-order.js';

export function handleDeliverOrder(context: Context): RpcHandler<typeof deliverOrder> {
  return ({ orderId }) => advanceOrder(context, orderId, 'delivered');
}

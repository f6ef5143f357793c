import type { acceptOrder } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { advanceOrder } from '../use-cases/advance-order.js';

export function handleAcceptOrder(context: Context): RpcHandler<typeof acceptOrder> {
  return ({ orderId }) => advanceOrder(context, orderId, 'accepted');
}

import type { refund } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { requestRefund } from '../use-cases/request-refund.js';

export function handleRefund(context: Context): RpcHandler<typeof refund> {
  return ({ orderId, reason }) => requestRefund(context, orderId, reason);
}

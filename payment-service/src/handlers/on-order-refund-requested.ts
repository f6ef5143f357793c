import type { orderRefundRequested } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { requestRefund } from '../refunds/request.js';

export function handleRefundRequested(context: Context): EventHandler<typeof orderRefundRequested> {
  return ({ orderId, attempt, reason }) => requestRefund(context, orderId, attempt, reason);
}

import type { orderPaid } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { settleOrder } from '../use-cases/settle-order.js';

export function handleOrderPaid(context: Context): EventHandler<typeof orderPaid> {
  return ({ userId, orderId, lines }) => settleOrder(context, { userId, orderId, lines });
}

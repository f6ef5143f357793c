import type { stockShort } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { refundShortOrder } from '../use-cases/request-refund.js';

export function handleStockShort(context: Context): EventHandler<typeof stockShort> {
  return ({ orderId, shortages }) => refundShortOrder(context, orderId, shortages);
}

import type { orderPaid } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { linesByProduct } from '../domain/lines.js';
import { sellStock } from '../use-cases/sell-stock.js';

export function handleOrderPaid(context: Context): EventHandler<typeof orderPaid> {
  return ({ orderId, lines }) => sellStock(context, orderId, linesByProduct(lines));
}

import type { orderCancelled } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { linesByProduct } from '../domain/lines.js';
import { afterCancellation } from '../domain/settlement.js';
import { failpoint } from '../failpoints.js';
import { settle } from '../use-cases/settle-reservation.js';

export function handleOrderCancelled({ stock, events }: Context): EventHandler<typeof orderCancelled> {
  return async ({ orderId, lines, reason }) => {
    const rule = afterCancellation(reason === 'out-of-stock');
    const units = await settle(stock, orderId, linesByProduct(lines), rule);
    failpoint('stock-released');
    if (units > 0) events.stockReleased({ orderId, units, reason: 'cancelled' });
  };
}

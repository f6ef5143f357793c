import type { orderRefunded } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { linesByProduct } from '../domain/lines.js';
import { afterRefund } from '../domain/settlement.js';
import { failpoint } from '../failpoints.js';
import { settle } from '../use-cases/settle-reservation.js';

export function handleOrderRefunded({ stock, events }: Context): EventHandler<typeof orderRefunded> {
  return async ({ orderId, lines }) => {
    const units = await settle(stock, orderId, linesByProduct(lines), afterRefund);
    failpoint('stock-returned');
    if (units > 0) events.stockReturned({ orderId, units });
  };
}

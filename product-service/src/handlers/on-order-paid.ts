import { type orderPaid, stockShort } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { linesByProduct } from '../domain/lines.js';
import { failpoint } from '../failpoints.js';
import { sell } from '../stock/sell.js';

export function handleOrderPaid(context: Context): EventHandler<typeof orderPaid> {
  const { publisher, events } = context;
  return async ({ orderId, lines }) => {
    const result = await sell(context, orderId, linesByProduct(lines));
    switch (result.is) {
      case 'refunded-before':
        return;
      case 'sold':
        if (result.units > 0) events.stockSold({ orderId, units: result.units });
        if (result.missing.length > 0) {
          events.saleUnknown({ orderId, productIds: result.missing.map(({ productId }) => productId) });
        }
        return;
      case 'short': {
        const { shortages, occurredAt } = result.short;
        if (result.isNew) events.paidOrderShort({ orderId, shortages });
        // Told again each time: if the first attempt died before it could tell, this one does.
        await publisher.emit(
          stockShort,
          { orderId, shortages, occurredAt: occurredAt.toISOString() },
          { messageId: `${stockShort.name}:${orderId}` },
        );
        failpoint('shortage-told');
      }
    }
  };
}

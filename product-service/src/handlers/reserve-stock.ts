import type { reserveStock } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { linesByProduct } from '../domain/lines.js';
import { reserve } from '../use-cases/reserve-stock.js';

export function handleReserveStock({ stock, events }: Context): RpcHandler<typeof reserveStock> {
  return async (request) => {
    const { orderId } = request;
    const lines = linesByProduct(request.lines);
    const result = await reserve(stock, { orderId, lines, expiresAt: new Date(request.expiresAt) });
    switch (result.kind) {
      case 'ended':
        return failed(
          'reservation-ended',
          'This order held its stock before and has given it back; start a new order.',
        );
      case 'refused': {
        const { shortages } = result;
        events.stockRefused({ orderId, shortages });
        const names = shortages.map(({ name, available }) => `${name} (${available} left)`).join(', ');
        return failed('insufficient-stock', `There is not enough of: ${names}.`, { shortages });
      }
      case 'reserved':
        if (result.units > 0) events.stockReserved({ orderId, units: result.units });
        return {
          ok: true,
          lines: request.lines.flatMap(({ productId, quantity }) => {
            const product = result.products.get(productId)?.product;
            if (!product) return [];
            const { name, price, currency, image } = product;
            return { productId, name, price, currency, quantity, image };
          }),
        };
    }
  };
}

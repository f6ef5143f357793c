import { z } from 'zod';
import { defineEvent } from '../define.js';
import { objectId, timestamp } from '../primitives.js';
import { shortage } from '../rpc/product.js';

export const stockShort = defineEvent({
  name: 'stock.short',
  emitter: 'product-service',
  subscribers: ['order-service'],
  summary:
    'A paid order can not be fulfilled: its reservation had ended and the stock has gone to others. It is refunded.',
  payload: z.strictObject({ orderId: objectId, shortages: z.array(shortage), occurredAt: timestamp }),
  example: {
    orderId: '66f0a1b2c3d4e5f6012345bb',
    shortages: [{ productId: '66f0a1b2c3d4e5f6012345aa', name: 'Stoneware mug', wanted: 2, available: 0 }],
    occurredAt: '2026-11-21T12:01:00.000Z',
  },
});

import type { createProduct } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { addProduct } from '../use-cases/create-product.js';

export function handleCreateProduct(context: Context): RpcHandler<typeof createProduct> {
  return async (request, { callId }) => {
    const result = await addProduct(context, request, callId);
    switch (result.kind) {
      case 'created':
        return { ok: true, product: result.product };
      case 'price-not-payable': {
        const { least, most } = result;
        const { currency } = context;
        return failed(
          'price-not-payable',
          `Stripe takes from ${least} to ${most} minor units of ${currency} for one payment.`,
          { least, most, currency },
        );
      }
      case 'image-unreadable':
        return failed('image-unreadable', result.why);
    }
  };
}

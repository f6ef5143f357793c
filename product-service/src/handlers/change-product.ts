import { type changeProduct, stockLevel } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';

export function handleChangeProduct({
  products,
  catalogue,
  events,
}: Context): RpcHandler<typeof changeProduct> {
  return async ({ productId, qty }, { callId }) => {
    const change = await products.changeStock(productId, qty, callId);
    if (change.kind === 'unknown') return failed('product-unknown', 'No product has this id.');
    const { product } = change;
    const { available } = product;
    switch (change.kind) {
      case 'too-few':
        return failed(
          'insufficient-stock',
          `Only ${available} of "${product.name}" are available, so ${-qty} can't be taken away.`,
          { available },
        );
      case 'too-many':
        return failed(
          'stock-limit',
          `There are ${available} of "${product.name}"; with ${qty} more it would be over ${stockLevel.maxValue}.`,
          { available },
        );
      case 'changed':
        catalogue.invalidate();
        events.stockChanged({ productId, delta: qty, available });
        return { ok: true, product };
      case 'changed-before':
        return { ok: true, product };
    }
  };
}

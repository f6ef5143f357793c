import type { openCheckout as contract } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import { type OpenSession, openCheckout } from '../checkouts/open.js';
import type { Context } from '../context.js';

export function handleOpenCheckout(context: Context): RpcHandler<typeof contract> {
  /** A double click asks twice at once; the second waits for what the first one gets. */
  const opening = new Map<string, Promise<OpenSession | undefined>>();

  return async (request) => {
    const { orderId } = request;
    const work =
      opening.get(orderId) ?? openCheckout(context, request).finally(() => opening.delete(orderId));
    opening.set(orderId, work);
    const session = await work;
    if (!session) {
      return failed('stripe-unavailable', 'The payment page can not be opened; nothing was charged.');
    }
    return { ok: true, ...session };
  };
}

import type { openCheckout as contract } from '@micromall/contracts';
import { createSingleFlight, failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { type OpenSession, openCheckout } from '../use-cases/open-checkout.js';

export function handleOpenCheckout(context: Context): RpcHandler<typeof contract> {
  // A double click asks twice at once.
  const share = createSingleFlight<OpenSession | undefined>(() => true);
  return async (request) => {
    const session = await share(request.orderId, () => openCheckout(context, request));
    if (!session) {
      return failed('stripe-unavailable', 'The payment page can not be opened; nothing was charged.');
    }
    return { ok: true, ...session };
  };
}

import { cancelCheckout, objectId } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import type { ShopperHandler } from '../http/gates.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { isPaid } from '../shop/words.js';

interface CancelModel {
  readonly number: string | undefined;
  readonly traceId: string;
}

const query = z.object({ order: objectId });

/** `GET /cancel?order=`: where "Back" on the payment page leads; the stock is free again and the cart still there. */
export function showCancel(
  { rpc, pages, events }: FrontendContext,
  problemPages: ProblemPages,
): ShopperHandler {
  const view = compileView<CancelModel>('cancel');
  return async (request, response, shopper) => {
    const wanted = query.safeParse(request.query);
    if (!wanted.success) return problemPages.send(request, response, problems.notFound);
    const orderId = wanted.data.order;
    const { traceId } = response.locals;
    try {
      const reply = await rpc.call(cancelCheckout, { orderId }, { identity: shopper.identity });
      if (!reply.ok) return problemPages.send(request, response, problems.notFound);
      if (request.session.openOrderId === orderId) delete request.session.openOrderId;
      // Paid in another tab, or a moment before: then it stays an order.
      if (isPaid(reply.order.state)) return response.redirect(303, `/orders/${orderId}`);
      // The bank is still thinking about it, so nobody can say yet that nothing was charged.
      if (reply.order.state !== 'cancelled') return response.redirect(303, `/success?order=${orderId}`);
      events.funnel('cancelled', { orderId });
      return pages.send(request, response, {
        title: 'Nothing was charged',
        body: view({ number: reply.order.number, traceId }),
      });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('order', error);
      // What is not cancelled now ends by itself with its checkout session.
      return pages.send(request, response, {
        title: 'You went back from the payment page',
        status: 503,
        body: view({ number: undefined, traceId }),
      });
    }
  };
}

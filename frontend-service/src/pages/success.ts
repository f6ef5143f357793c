import { confirmPayment, objectId } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import { z } from 'zod';
import type { FrontendContext } from '../context.js';
import type { ShopperHandler } from '../http/gates.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { bringCartAlong } from '../shop/merge-cart.js';
import { type OrderModel, orderModel } from '../shop/order-view.js';
import { isPaid } from '../shop/words.js';

interface SuccessModel {
  readonly outcome: 'paid' | 'confirming' | 'unclear' | 'cancelled';
  readonly order: OrderModel | undefined;
  readonly refreshes: boolean;
  readonly traceId: string;
}

const query = z.object({
  order: objectId,
  look: z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .catch(0),
});
/** The page looks again this often, and then leaves it to the orders page. */
const mostLooks = 20;
const secondsBetweenLooks = 3;

/** `GET /success?order=`: where the payment page leads; thanks as soon as the money is known to be there. */
export function showSuccess(context: FrontendContext, problemPages: ProblemPages): ShopperHandler {
  const { rpc, pages, events } = context;
  const view = compileView<SuccessModel>('success');
  return async (request, response, shopper) => {
    const wanted = query.safeParse(request.query);
    if (!wanted.success) return problemPages.send(request, response, problems.notFound);
    const { order: orderId, look } = wanted.data;
    const { traceId } = response.locals;
    const refreshes = look < mostLooks;
    const refresh = { seconds: secondsBetweenLooks, url: `/success?order=${orderId}&look=${look + 1}` };
    try {
      const reply = await rpc.call(confirmPayment, { orderId }, { identity: shopper.identity });
      if (!reply.ok) return problemPages.send(request, response, problems.notFound);
      const { state } = reply.order;
      const order = orderModel(reply.order);
      if (isPaid(state)) {
        // What was paid for is out of the cart; only what was added meanwhile still counts.
        request.session.cartCount = 0;
        if (request.session.openOrderId === orderId) events.funnel('returned-paid', { orderId });
        delete request.session.openOrderId;
        delete request.session.openAttempt;
        await bringCartAlong(context, request);
        return pages.send(request, response, {
          title: 'Thank you',
          body: view({ outcome: 'paid', order, refreshes: false, traceId }),
        });
      }
      if (state === 'cancelled') {
        return pages.send(request, response, {
          title: 'This order was cancelled',
          body: view({ outcome: 'cancelled', order, refreshes: false, traceId }),
        });
      }
      return pages.send(request, response, {
        title: 'Your payment is being confirmed',
        body: view({ outcome: 'confirming', order, refreshes, traceId }),
        ...(refreshes ? { refresh } : {}),
      });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('order', error);
      // The shopper has just paid: the worst moment for a page that only says that something is broken.
      return pages.send(request, response, {
        title: 'Your payment is being confirmed',
        status: 503,
        body: view({ outcome: 'unclear', order: undefined, refreshes, traceId }),
        ...(refreshes ? { refresh } : {}),
      });
    }
  };
}

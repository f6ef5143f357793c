import { confirmPayment } from '@micromall/contracts';
import { z } from 'zod';
import type { Context } from '../context.js';
import { type OrderModel, orderModel } from '../domain/order-model.js';
import { type OrderOutcome, outcomeOf, thanksText } from '../domain/order-outcome.js';
import type { ShopperHandler } from '../http/guards.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { forgetOpenOrder } from '../store/sessions.js';
import { bringCartAlong } from '../use-cases/merge-cart.js';

interface SuccessModel {
  /** `unclear`: order-service does not answer. */
  readonly outcome: OrderOutcome | 'unclear';
  readonly title: string;
  readonly thanks: string | undefined;
  readonly order: OrderModel | undefined;
  /** The page checks again by itself. */
  readonly refreshes: boolean;
  readonly traceId: string;
}

const titles: Record<SuccessModel['outcome'], string> = {
  awaiting: 'Your payment is being confirmed',
  unclear: 'Your payment is being confirmed',
  paid: 'Thank you',
  refunding: 'Your money is on its way back',
  refunded: 'Your money went back to you',
  'refund-failed': 'We could not give your money back yet',
  cancelled: 'This order was cancelled',
};

const query = z.object({
  order: confirmPayment.request.shape.orderId,
  check: z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .catch(0),
});
/** The page checks this often, and then leaves it to the orders page. */
const mostChecks = 20;
const secondsBetweenChecks = 3;

/** `GET /success?order=`: where the payment page leads; what became of the order and of the money. */
export function showSuccess(context: Context, problemPages: ProblemPages): ShopperHandler {
  const { rpc, pages, events } = context;
  const view = compileView<SuccessModel>('success');

  return async (request, response, shopper) => {
    const wanted = query.safeParse(request.query);
    if (!wanted.success) return problemPages.send(request, response, problems.notFound);
    const { order: orderId, check } = wanted.data;
    const reply = await rpc.tryCall(confirmPayment, { orderId }, { identity: shopper.identity });
    if (!reply.ok && reply.error.code !== 'unavailable') {
      return problemPages.send(request, response, problems.notFound);
    }
    const order = reply.ok ? reply.order : undefined;
    // The shopper has just paid: the worst moment for a page that only says that something is broken.
    const outcome = order ? outcomeOf(order.state) : 'unclear';
    const isSettled = outcome !== 'awaiting' && outcome !== 'unclear';
    if (outcome === 'paid') {
      // What was paid for is out of the cart; only what was added meanwhile still counts.
      request.session.cartCount = 0;
      if (request.session.openOrderId === orderId) events.funnel('returned-paid', { orderId });
    }
    if (isSettled) {
      forgetOpenOrder(request, orderId);
      await bringCartAlong(context, request, response);
    }
    const title = titles[outcome];
    const refreshes = !isSettled && check < mostChecks;
    return pages.send(request, response, {
      title,
      status: outcome === 'unclear' ? 503 : 200,
      body: view({
        outcome,
        title,
        thanks: order && thanksText(order.state),
        order: order && orderModel(order),
        refreshes,
        traceId: response.locals.traceId,
      }),
      ...(refreshes
        ? { refresh: { seconds: secondsBetweenChecks, url: `/success?order=${orderId}&check=${check + 1}` } }
        : {}),
    });
  };
}

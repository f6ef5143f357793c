import { cancelCheckout, getOrder, type RpcReply, type RpcRequestInput } from '@micromall/contracts';
import type { RpcUnavailable } from '@micromall/platform';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';
import { wasPaid } from '../domain/order-outcome.js';
import { parseForm } from '../http/forms.js';
import type { ShopperHandler } from '../http/guards.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { forgetOpenOrder } from '../store/sessions.js';
import type { Shopper } from '../store/shopper.js';
import { cancelOrder } from '../use-cases/open-order.js';

interface CancelModel {
  /** `open`: nothing was changed, the shopper chooses; `unclear`: order-service does not answer. */
  readonly outcome: 'cancelled' | 'open' | 'unclear';
  readonly orderId: string;
  /** Of the order; undefined while it is `unclear`. */
  readonly number: string | undefined;
  readonly traceId: string;
  readonly csrfToken: string;
}

type OrderReply = RpcReply<typeof cancelCheckout> | RpcReply<typeof getOrder> | RpcUnavailable;

const contract = cancelCheckout.request.shape;
const form = z.object({ order: contract.orderId });
/** A token that can't be one is like none: the page asks. */
const query = z.object({ order: contract.orderId, token: contract.cancelToken.catch(undefined) });

export interface CancelPages {
  /**
   * `GET /cancel?order=…&token=…`: "Back" on the payment page. Only with the secret of that page it cancels the order;
   * without, anybody may have made the address, and the shopper is asked.
   */
  readonly show: ShopperHandler;
  /** `POST /cancel`: the shopper's answer, with a form token. */
  readonly cancel: ShopperHandler;
}

export function createCancelPages(context: Context, problemPages: ProblemPages): CancelPages {
  const { rpc, pages } = context;
  const view = compileView<CancelModel>('cancel');

  function send(
    request: Request,
    response: Response,
    model: Pick<CancelModel, 'outcome' | 'orderId' | 'number'>,
  ): void {
    const { traceId } = response.locals;
    const csrfToken = pages.token(request, response);
    pages.send(request, response, {
      title: model.outcome === 'cancelled' ? 'Nothing was charged' : 'You went back from the payment page',
      status: model.outcome === 'unclear' ? 503 : 200,
      body: view({ ...model, traceId, csrfToken }),
    });
  }

  /** Shows how the order stands, or leads on to what it has become. */
  function answer(request: Request, response: Response, orderId: string, reply: OrderReply): void {
    if (!reply.ok && reply.error.code !== 'unavailable') {
      problemPages.send(request, response, problems.notFound);
    } else if (!reply.ok) {
      // What is not cancelled now ends by itself with its checkout session.
      send(request, response, { outcome: 'unclear', orderId, number: undefined });
    } else if (wasPaid(reply.order.state)) {
      // Paid in another tab, or a moment before: then it stays an order.
      forgetOpenOrder(request, orderId);
      response.redirect(303, `/orders/${orderId}`);
    } else {
      const outcome = reply.order.state === 'cancelled' ? 'cancelled' : 'open';
      send(request, response, { outcome, orderId, number: reply.order.number });
    }
  }

  async function carryOut(
    request: Request,
    response: Response,
    shopper: Shopper,
    wanted: RpcRequestInput<typeof cancelCheckout>,
  ): Promise<void> {
    const { orderId } = wanted;
    const reply = await cancelOrder(context, request, shopper, wanted);
    if (reply.ok && reply.order.state === 'awaiting-payment') {
      // The bank is still thinking about it, so nobody can say yet that nothing was charged.
      return response.redirect(303, `/success?order=${orderId}`);
    }
    if (!reply.ok && reply.error.code === 'wrong-token') return ask(request, response, shopper, orderId);
    return answer(request, response, orderId, reply);
  }

  async function ask(request: Request, response: Response, shopper: Shopper, orderId: string): Promise<void> {
    const reply = await rpc.tryCall(getOrder, { orderId }, { identity: shopper.identity });
    return answer(request, response, orderId, reply);
  }

  async function show(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const wanted = query.safeParse(request.query);
    if (!wanted.success) return problemPages.send(request, response, problems.notFound);
    const { order: orderId, token: cancelToken } = wanted.data;
    // The address may hold the secret: no link of this page may pass it on.
    response.setHeader('Referrer-Policy', 'no-referrer');
    if (cancelToken === undefined) return ask(request, response, shopper, orderId);
    return carryOut(request, response, shopper, { orderId, cancelToken });
  }

  async function cancel(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const filled = parseForm(form, request);
    if (!filled.ok) return problemPages.send(request, response, problems.notFound);
    return carryOut(request, response, shopper, { orderId: filled.fields.order });
  }

  return { show, cancel };
}

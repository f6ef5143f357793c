import { getOrder, getOrders, objectId } from '@micromall/contracts';
import type { Context } from '../context.js';
import { type OrderModel, orderModel } from '../domain/order-model.js';
import type { ShopperHandler } from '../http/guards.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';

/** `GET /orders`: the shopper's orders, newest first. */
export function showOrders({ rpc, pages }: Context, problemPages: ProblemPages): ShopperHandler {
  const view = compileView<{ orders: readonly OrderModel[] }>('orders');
  return async (request, response, shopper) => {
    const { userId } = shopper.account;
    const reply = await rpc.call(getOrders, { userId }, { identity: shopper.identity });
    if (!reply.ok) return problemPages.send(request, response, problems.forbidden);
    return pages.send(request, response, {
      title: 'Your orders',
      body: view({ orders: reply.orders.map(orderModel) }),
    });
  };
}

/** `GET /orders/:id`: one order. Somebody else's does not exist. */
export function showOrder({ rpc, pages }: Context, problemPages: ProblemPages): ShopperHandler {
  const view = compileView<{ order: OrderModel }>('order');
  return async (request, response, shopper) => {
    const orderId = objectId.safeParse(request.params.id);
    if (!orderId.success) return problemPages.send(request, response, problems.notFound);
    const reply = await rpc.call(getOrder, { orderId: orderId.data }, { identity: shopper.identity });
    if (!reply.ok) return problemPages.send(request, response, problems.notFound);
    return pages.send(request, response, {
      title: `Order ${reply.order.number}`,
      body: view({ order: orderModel(reply.order) }),
    });
  };
}

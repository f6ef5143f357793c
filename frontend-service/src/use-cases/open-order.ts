import { cancelCheckout, getOrder, type RpcReply, type RpcRequestInput } from '@micromall/contracts';
import type { RpcUnavailable } from '@micromall/platform';
import type { Request } from 'express';
import type { Context } from '../context.js';
import { wasPaid } from '../domain/order-outcome.js';
import { forgetOpenOrder } from '../store/sessions.js';
import type { Shopper } from '../store/shopper.js';

/**
 * The session's order, if it was paid. One that has ended is forgotten; one that still waits for its payment stays
 * as it is, whoever asks.
 * @throws {RpcError} if order-service does not answer: without its word the page would be wrong
 */
export async function findPaidOrder(
  { rpc }: Context,
  request: Request,
  { identity }: Shopper,
): Promise<string | undefined> {
  const orderId = request.session.openOrderId;
  if (orderId === undefined) return undefined;
  const reply = await rpc.call(getOrder, { orderId }, { identity });
  const state = reply.ok ? reply.order.state : 'cancelled';
  if (wasPaid(state)) return orderId;
  if (state === 'cancelled') forgetOpenOrder(request, orderId);
  return undefined;
}

/** Cancels an order that is not paid yet, which frees its stock. One that is paid after all stays. */
export async function cancelOrder(
  { rpc, events }: Context,
  request: Request,
  { identity }: Shopper,
  wanted: RpcRequestInput<typeof cancelCheckout>,
): Promise<RpcReply<typeof cancelCheckout> | RpcUnavailable> {
  const { orderId } = wanted;
  const reply = await rpc.tryCall(cancelCheckout, wanted, { identity });
  const state = reply.ok ? reply.order.state : undefined;
  if (state === 'cancelled') events.funnel('cancelled', { orderId });
  if (state === 'cancelled' || (!reply.ok && reply.error.code === 'order-unknown')) {
    forgetOpenOrder(request, orderId);
  }
  return reply;
}

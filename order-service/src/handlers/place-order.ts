import type { placeOrder as contract } from '@micromall/contracts';
import { ForbiddenError, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { placeOrder } from '../use-cases/place-order.js';

export function handlePlaceOrder(context: Context): RpcHandler<typeof contract> {
  return async (request, { identity, deadline }) => {
    if (!identity) throw new ForbiddenError('An order needs a person who is logged in.');
    return placeOrder(context, identity, request, deadline);
  };
}

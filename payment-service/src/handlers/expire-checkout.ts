import type { expireCheckout } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import { expire } from '../checkouts/expire.js';
import type { Context } from '../context.js';
import { answerStatus } from './answer-status.js';

export function handleExpireCheckout(context: Context): RpcHandler<typeof expireCheckout> {
  return ({ orderId }) => answerStatus(context, orderId, (checkout) => expire(context, checkout));
}

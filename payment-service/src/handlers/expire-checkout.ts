import type { expireCheckout } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { answerStatus } from '../use-cases/answer-status.js';
import { expire } from '../use-cases/expire-checkout.js';

export function handleExpireCheckout(context: Context): RpcHandler<typeof expireCheckout> {
  return ({ orderId }) => answerStatus(context, orderId, (checkout) => expire(context, checkout));
}

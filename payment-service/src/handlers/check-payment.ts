import type { checkPayment } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { answerStatus } from '../use-cases/answer-status.js';
import { fulfil } from '../use-cases/fulfil-checkout.js';

export function handleCheckPayment(context: Context): RpcHandler<typeof checkPayment> {
  return ({ orderId }) => answerStatus(context, orderId, (checkout) => fulfil(context, checkout, 'call'));
}

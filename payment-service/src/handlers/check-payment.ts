import type { checkPayment } from '@micromall/contracts';
import type { RpcHandler } from '@micromall/platform';
import { fulfil } from '../checkouts/fulfil.js';
import type { Context } from '../context.js';
import { answerStatus } from './answer-status.js';

export function handleCheckPayment(context: Context): RpcHandler<typeof checkPayment> {
  return ({ orderId }) => answerStatus(context, orderId, (checkout) => fulfil(context, checkout, 'question'));
}

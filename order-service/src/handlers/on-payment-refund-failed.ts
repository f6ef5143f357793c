import type { paymentRefundFailed } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { applyRefundFailure } from '../use-cases/apply-refund.js';

export function handlePaymentRefundFailed(context: Context): EventHandler<typeof paymentRefundFailed> {
  return (failure) => applyRefundFailure(context, failure);
}

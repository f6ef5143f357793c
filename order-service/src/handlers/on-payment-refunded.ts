import type { paymentRefunded } from '@micromall/contracts';
import type { EventHandler } from '@micromall/platform';
import type { Context } from '../context.js';
import { applyRefund } from '../use-cases/apply-refund.js';

export function handlePaymentRefunded(context: Context): EventHandler<typeof paymentRefunded> {
  return (refund) => applyRefund(context, refund);
}

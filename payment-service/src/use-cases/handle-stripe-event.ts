import { objectId } from '@micromall/contracts';
import type Stripe from 'stripe';
import type { Context } from '../context.js';
import { idOf } from '../domain/checkout.js';
import type { Source } from '../events.js';
import { fulfilSession } from './fulfil-checkout.js';
import { reconcileCharge, reconcileRefund } from './reconcile-refund.js';

/**
 * Does what an event of Stripe asks for. Events come more than once and in any order, so each is only a hint to ask
 * Stripe how its object stands: https://docs.stripe.com/webhooks#best-practices
 * @returns false if the event is of no interest here
 */
export async function handleStripeEvent(
  context: Context,
  event: Stripe.Event,
  source: Source,
): Promise<boolean> {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return sessionChanged(context, event.data.object, source);
    case 'payment_intent.payment_failed':
      return paymentFailed(context, event.data.object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      await reconcileRefund(context, event.data.object);
      return true;
    case 'charge.refunded':
      await reconcileCharge(context, event.data.object, source);
      return true;
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      context.events.disputed(event.type, idOf(event.data.object.charge), event.data.object.reason);
      return true;
    default:
      return false;
  }
}

/** The metadata of the object that an event is about. */
export function metadataOf({ data: { object } }: Stripe.Event): Stripe.Metadata | null | undefined {
  return 'metadata' in object ? object.metadata : undefined;
}

/** Sessions that were not opened for an order of this shop are somebody else's business. */
async function sessionChanged(
  context: Context,
  session: Stripe.Checkout.Session,
  source: Source,
): Promise<boolean> {
  const orderId = objectId.safeParse(session.metadata?.orderId);
  if (!orderId.success) return false;
  await fulfilSession(context, orderId.data, session.id, source);
  return true;
}

function paymentFailed({ events }: Context, intent: Stripe.PaymentIntent): boolean {
  const error = intent.last_payment_error;
  events.declined(intent.metadata.orderId, error?.decline_code ?? error?.code ?? 'unknown');
  return true;
}

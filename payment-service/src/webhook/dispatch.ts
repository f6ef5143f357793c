import { objectId } from '@micromall/contracts';
import type Stripe from 'stripe';
import { fulfilSession } from '../checkouts/fulfil.js';
import type { Context } from '../context.js';
import { idOf } from '../domain/checkout.js';
import type { Noticed } from '../events.js';
import { chargeRefunded, refundChanged } from '../refunds/by-webhook.js';

/**
 * Does what an event of Stripe asks for. Events come more than once and in any order, so each is only a hint to look
 * at Stripe itself: https://docs.stripe.com/webhooks#best-practices
 * @returns false if the event is of no interest here
 */
export async function dispatch(context: Context, event: Stripe.Event, noticed: Noticed): Promise<boolean> {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return sessionChanged(context, event.data.object, noticed);
    case 'payment_intent.payment_failed':
      return paymentFailed(context, event.data.object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      await refundChanged(context, event.data.object);
      return true;
    case 'charge.refunded':
      await chargeRefunded(context, event.data.object, noticed);
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

/** What Stripe keeps with the thing that an event is about. */
export function metadataOf({ data: { object } }: Stripe.Event): Stripe.Metadata | null | undefined {
  return 'metadata' in object ? object.metadata : undefined;
}

/** Sessions that were not opened for an order of this shop are somebody else's business. */
async function sessionChanged(
  context: Context,
  session: Stripe.Checkout.Session,
  noticed: Noticed,
): Promise<boolean> {
  const orderId = objectId.safeParse(session.metadata?.orderId);
  if (!orderId.success) return false;
  await fulfilSession(context, orderId.data, session.id, noticed);
  return true;
}

function paymentFailed({ events }: Context, intent: Stripe.PaymentIntent): boolean {
  const error = intent.last_payment_error;
  events.declined(intent.metadata.orderId, error?.decline_code ?? error?.code ?? 'unknown');
  return true;
}

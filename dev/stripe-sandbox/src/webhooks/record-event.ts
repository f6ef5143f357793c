import type Stripe from 'stripe';
import type { Cause, Sandbox } from '../context.js';
import { nowInSeconds } from '../domain/clock.js';
import { newIdentifier } from '../domain/identifiers.js';
import { MAXIMUM_EVENTS } from '../store/store.js';

/** The events that this stand-in sends. */
export type EventType =
  | 'customer.created'
  | 'customer.updated'
  | 'payment_intent.created'
  | 'payment_intent.requires_action'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'charge.succeeded'
  | 'charge.failed'
  | 'charge.updated'
  | 'charge.refunded'
  | 'charge.dispute.created'
  | 'charge.dispute.updated'
  | 'charge.dispute.closed'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.dispute.funds_reinstated'
  | 'checkout.session.completed'
  | 'checkout.session.expired'
  | 'refund.created'
  | 'refund.updated'
  | 'refund.failed'
  | 'radar.early_fraud_warning.created';

type EventObject<T extends EventType> = Extract<Stripe.Event, { type: T }>['data']['object'];

/** Pruning in steps: one pass for many events. */
const PRUNE_SLACK = 500;

/**
 * Writes down that something happened, with the object as it is now, and begins to deliver it to the endpoints
 * that asked for this type.
 * @param previous the attributes that changed, with their former values (for `*.updated`)
 */
export function recordEvent<T extends EventType>(
  sandbox: Sandbox,
  cause: Cause | null,
  type: T,
  object: EventObject<T>,
  previous?: Partial<EventObject<T>>,
): void {
  const { store } = sandbox;
  const nextTryAt = Date.now() + sandbox.webhooks.faults.behaviour.delayMs;
  const endpoints = Array.from(store.endpoints.values()).filter(
    (endpoint) =>
      endpoint.status === 'enabled' &&
      (endpoint.enabledEvents.includes('*') || endpoint.enabledEvents.includes(type)),
  );
  const event = {
    id: newIdentifier('evt_'),
    sequence: store.nextSequence(),
    created: nowInSeconds(),
    type,
    request: cause,
    about: 'id' in object && typeof object.id === 'string' ? object.id : '',
    deliveries: endpoints.map((endpoint) => ({
      endpoint: endpoint.id,
      state: 'pending' as const,
      nextTryAt,
      failures: 0,
      tries: [],
    })),
  };
  store.events.put(event);
  store.eventData.put(
    event.id,
    JSON.stringify(previous ? { object, previous_attributes: previous } : { object }),
  );
  if (store.events.size > MAXIMUM_EVENTS + PRUNE_SLACK) store.prune();
  sandbox.webhooks.announce(event);
}

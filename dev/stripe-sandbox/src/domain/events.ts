import type Stripe from 'stripe';
import type { Sandbox, Work } from '../context.js';
import type { EventRecord } from '../store/records.js';
import { MAXIMUM_EVENTS } from '../store/store.js';
import { nowInSeconds } from './clock.js';
import { newIdentifier } from './identifiers.js';

/** The API version that every object and event follows: the one the official SDK 23.1 pins. */
export const API_VERSION = '2026-10-28.endive';

type EventObject<T extends Stripe.Event['type']> = Extract<Stripe.Event, { type: T }>['data']['object'];

/** One pass of pruning removes so many events at least. */
const PRUNE_SLACK = 500;

/**
 * Stores that something happened, with the object as it is now, and begins to deliver it to the endpoints that
 * asked for this type.
 * @param previous the attributes that changed, with their former values (for `*.updated`)
 */
export function recordEvent<T extends Stripe.Event['type']>(
  sandbox: Work,
  type: T,
  object: EventObject<T>,
  previous?: Partial<EventObject<T>>,
): void {
  const { store, webhooks, cause } = sandbox;
  const nextTryAt = Date.now() + webhooks.faults.behaviour.delayMs;
  const endpoints = Array.from(store.endpoints.values()).filter(
    ({ status, enabledEvents: asked }) =>
      status === 'enabled' && (asked.includes('*') || asked.includes(type)),
  );
  const event: EventRecord = {
    id: newIdentifier('evt_'),
    sequence: store.nextSequence(),
    created: nowInSeconds(),
    type,
    request: cause,
    about: 'id' in object ? String(object.id) : '',
    deliveries: endpoints.map(({ id }) => ({
      endpoint: id,
      state: 'pending',
      nextTryAt,
      failures: 0,
      tries: [],
    })),
  };
  const data = previous ? { object, previous_attributes: previous } : { object };
  store.events.put(event);
  store.eventData.put(event.id, JSON.stringify(data));
  if (store.events.size > MAXIMUM_EVENTS + PRUNE_SLACK) store.prune();
  webhooks.announce(event);
}

/** https://docs.stripe.com/api/events/object; its `data` is what was stored when the event happened. */
export function toEvent(event: EventRecord, { store }: Pick<Sandbox, 'store'>): object {
  const data: unknown = JSON.parse(store.eventData.get(event.id) ?? '{"object":{}}');
  return {
    id: event.id,
    object: 'event',
    api_version: API_VERSION,
    created: event.created,
    data,
    livemode: false,
    pending_webhooks: event.deliveries.filter(({ state }) => state !== 'delivered').length,
    request: { id: event.request?.id ?? null, idempotency_key: event.request?.idempotencyKey ?? null },
    type: event.type,
  };
}

import type { EventRecord } from '../store/records.js';

/** The API version that every object and event follows: the one the official SDK 23.1 pins. */
export const API_VERSION = '2026-10-28.endive';

/** How many endpoints have not taken an event yet. */
export function pendingWebhooks(event: EventRecord): number {
  return event.deliveries.filter((delivery) => delivery.state !== 'delivered').length;
}

/**
 * The JSON of an event: https://docs.stripe.com/api/events/object. It is joined from texts rather than objects,
 * because `data` is the snapshot that was written when the event happened and must never change.
 */
export function toEventJson(event: EventRecord, data: string): string {
  const request = event.request
    ? { id: event.request.id, idempotency_key: event.request.idempotencyKey }
    : { id: null, idempotency_key: null };
  const before = JSON.stringify({
    id: event.id,
    object: 'event',
    api_version: API_VERSION,
    created: event.created,
  }).slice(0, -1);
  const after = JSON.stringify({
    livemode: false,
    pending_webhooks: pendingWebhooks(event),
    request,
    type: event.type,
  }).slice(1);
  return `${before},"data":${data},${after}`;
}

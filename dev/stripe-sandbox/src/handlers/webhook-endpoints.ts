import type Stripe from 'stripe';
import { z } from 'zod';
import { nowInSeconds } from '../domain/clock.js';
import { API_VERSION } from '../domain/events.js';
import { newIdentifier } from '../domain/identifiers.js';
import type { EndpointRecord } from '../store/records.js';
import { pageOf, pageParameters } from './lists.js';
import { text, webAddress } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const ADDRESS = '/v1/webhook_endpoints';
const enabledEvents = z.array(text(100)).min(1).max(300);

/** https://docs.stripe.com/api/webhook_endpoints/object */
function toWebhookEndpoint(endpoint: EndpointRecord): Stripe.WebhookEndpoint {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    api_version: endpoint.apiVersion,
    application: null,
    created: endpoint.created,
    description: null,
    enabled_events: endpoint.enabledEvents,
    livemode: false,
    metadata: {},
    status: endpoint.status,
    url: endpoint.url,
  };
}

/** The secret is in this answer only. Stripe refuses an address on localhost; the stand-in exists for it. */
const create = defineRoute(
  { method: 'post', path: ADDRESS },
  z.strictObject({
    url: webAddress(),
    enabled_events: enabledEvents,
    api_version: z.literal(API_VERSION).optional(),
  }),
  ({ store }, { url, enabled_events, api_version = null }) => {
    const endpoint: EndpointRecord = {
      id: newIdentifier('we_'),
      sequence: store.nextSequence(),
      created: nowInSeconds(),
      url,
      secret: newIdentifier('whsec_'),
      enabledEvents: enabled_events,
      status: 'enabled',
      apiVersion: api_version,
    };
    store.endpoints.put(endpoint);
    return { ...toWebhookEndpoint(endpoint), secret: endpoint.secret };
  },
);

const remove = defineRoute(
  { method: 'delete', path: `${ADDRESS}/:id` },
  z.strictObject({}),
  ({ store }, _, id) => {
    if (!store.endpoints.get(id)) return noSuch('webhook endpoint', id);
    store.endpoints.remove(id);
    return { id, object: 'webhook_endpoint', deleted: true };
  },
);

const list = defineRoute({ method: 'get', path: ADDRESS }, z.strictObject(pageParameters), (sandbox, page) =>
  pageOf(sandbox, ADDRESS, sandbox.store.endpoints.newestFirst(), page, toWebhookEndpoint),
);

export const webhookEndpointRoutes = [create, remove, list];

import { z } from 'zod';
import { nowInSeconds } from '../domain/clock.js';
import { newIdentifier } from '../domain/identifiers.js';
import { API_VERSION } from '../objects/event.js';
import { toNewWebhookEndpoint, toWebhookEndpoint } from '../objects/webhook-endpoint.js';
import type { EndpointRecord } from '../store/records.js';
import { mergeMetadata } from './customers.js';
import { pageOf, pageParameters } from './pagination.js';
import { boolean, clearableText, metadata, text, unsupported, webAddress } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

/** Real Stripe refuses an address on localhost; the stand-in exists for exactly that. */
const enabledEvents = z.array(text(100)).min(1).max(300);

const create = defineRoute(
  { method: 'post', path: '/v1/webhook_endpoints', durable: true },
  z.strictObject({
    url: webAddress(),
    enabled_events: enabledEvents,
    api_version: z.enum([API_VERSION]).optional(),
    description: clearableText(1000).optional(),
    metadata: metadata().optional(),
    connect: unsupported(),
  }),
  (sandbox, parameters) => {
    const endpoint: EndpointRecord = {
      id: newIdentifier('we_'),
      sequence: sandbox.store.nextSequence(),
      created: nowInSeconds(),
      url: parameters.url,
      secret: newIdentifier('whsec_'),
      enabledEvents: parameters.enabled_events,
      status: 'enabled',
      apiVersion: parameters.api_version ?? null,
      description: parameters.description ?? null,
      metadata: parameters.metadata ?? {},
    };
    sandbox.store.endpoints.put(endpoint);
    return toNewWebhookEndpoint(endpoint);
  },
);

const retrieve = defineRoute(
  { method: 'get', path: '/v1/webhook_endpoints/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    const endpoint = sandbox.store.endpoints.get(call.id);
    return endpoint ? toWebhookEndpoint(endpoint) : noSuch('webhook endpoint', call.id);
  },
);

const update = defineRoute(
  { method: 'post', path: '/v1/webhook_endpoints/:id' },
  z.strictObject({
    url: webAddress().optional(),
    enabled_events: enabledEvents.optional(),
    disabled: boolean().optional(),
    description: clearableText(1000).optional(),
    metadata: metadata().optional(),
  }),
  (sandbox, parameters, call) => {
    const before = sandbox.store.endpoints.get(call.id);
    if (!before) return noSuch('webhook endpoint', call.id);
    const endpoint: EndpointRecord = {
      ...before,
      url: parameters.url ?? before.url,
      enabledEvents: parameters.enabled_events ?? before.enabledEvents,
      status:
        parameters.disabled === undefined ? before.status : parameters.disabled ? 'disabled' : 'enabled',
      description: parameters.description === undefined ? before.description : parameters.description,
      metadata: parameters.metadata ? mergeMetadata(before.metadata, parameters.metadata) : before.metadata,
    };
    sandbox.store.endpoints.put(endpoint);
    return toWebhookEndpoint(endpoint);
  },
);

const remove = defineRoute(
  { method: 'delete', path: '/v1/webhook_endpoints/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    if (!sandbox.store.endpoints.get(call.id)) return noSuch('webhook endpoint', call.id);
    sandbox.store.endpoints.remove(call.id);
    return { id: call.id, object: 'webhook_endpoint', deleted: true };
  },
);

const list = defineRoute(
  { method: 'get', path: '/v1/webhook_endpoints' },
  z.strictObject(pageParameters),
  (sandbox, parameters) =>
    pageOf(
      sandbox.store.endpoints.newestFirst(),
      parameters,
      'webhook endpoint',
      '/v1/webhook_endpoints',
      toWebhookEndpoint,
    ),
);

export const webhookEndpointRoutes = [create, list, retrieve, update, remove];

import { z } from 'zod';
import type { Sandbox } from '../context.js';
import { pendingWebhooks, toEventJson } from '../objects/event.js';
import type { EventRecord } from '../store/records.js';
import { pageOf, pageParameters } from './pagination.js';
import { boolean, isWithin, text, timeRange } from './parameters.js';
import { noSuch } from './refusals.js';
import { defineRoute } from './route.js';

const retrieve = defineRoute(
  { method: 'get', path: '/v1/events/:id' },
  z.strictObject({}),
  (sandbox, _, call) => {
    const event = sandbox.store.events.get(call.id);
    return event ? dress(sandbox, event) : noSuch('event', call.id);
  },
);

const list = defineRoute(
  { method: 'get', path: '/v1/events' },
  z.strictObject({
    ...pageParameters,
    type: text(100).optional(),
    types: z.array(text(100)).min(1).max(20).optional(),
    created: timeRange().optional(),
    delivery_success: boolean().optional(),
  }),
  (sandbox, parameters) => {
    const wanted = parameters.types ?? (parameters.type === undefined ? undefined : [parameters.type]);
    const found = sandbox.store.events
      .newestFirst()
      .filter(
        (event) =>
          (wanted === undefined || wanted.some((name) => matches(event.type, name))) &&
          isWithin(event.created, parameters.created) &&
          (parameters.delivery_success ?? isDelivered(event)) === isDelivered(event),
      );
    return pageOf(found, parameters, 'event', '/v1/events', (event) => dress(sandbox, event));
  },
);

/** `charge.*` stands for every event of that kind. */
function matches(type: string, name: string): boolean {
  return name.endsWith('.*') ? type.startsWith(name.slice(0, -1)) : type === name;
}

function isDelivered(event: EventRecord): boolean {
  return pendingWebhooks(event) === 0;
}

function dress(sandbox: Sandbox, event: EventRecord): object {
  const parsed: unknown = JSON.parse(
    toEventJson(event, sandbox.store.eventData.get(event.id) ?? '{"object":{}}'),
  );
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}

export const eventRoutes = [list, retrieve];

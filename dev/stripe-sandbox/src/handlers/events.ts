import { z } from 'zod';
import { toEvent } from '../domain/events.js';
import { pageOf, pageParameters } from './lists.js';
import { integer, text } from './parameters.js';
import { defineRoute } from './route.js';

const ADDRESS = '/v1/events';
const second = integer(0, Number.MAX_SAFE_INTEGER).optional();

const list = defineRoute(
  { method: 'get', path: ADDRESS },
  z.strictObject({
    ...pageParameters,
    types: z.array(text(100)).min(1).max(20).optional(),
    created: z.strictObject({ gte: second, lt: second }).default({}),
  }),
  (sandbox, { types, created: { gte = 0, lt = Number.POSITIVE_INFINITY }, ...page }) => {
    const found = sandbox.store.events
      .newestFirst()
      .filter(({ type, created }) => (types?.includes(type) ?? true) && created >= gte && created < lt);
    return pageOf(sandbox, ADDRESS, found, page, toEvent);
  },
);

export const eventRoutes = [list];

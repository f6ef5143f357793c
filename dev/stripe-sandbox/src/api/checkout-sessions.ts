import { z } from 'zod';
import type { Sandbox } from '../context.js';
import { createSession } from '../domain/create-session.js';
import { expireIfDue, expireSession } from '../domain/sessions.js';
import { toLineItem } from '../objects/line-item.js';
import { toSession } from '../objects/session.js';
import type { SessionRecord } from '../store/records.js';
import { createSessionParameters } from './checkout-session-parameters.js';
import { readSessionRequest } from './checkout-session-rules.js';
import { pageOf, pageParameters } from './pagination.js';
import { isWithin, text, timeRange, unsupported } from './parameters.js';
import { impossible, noSuch, Refusal } from './refusals.js';
import { defineRoute } from './route.js';

const BASE = '/v1/checkout/sessions';

const create = defineRoute({ method: 'post', path: BASE }, createSessionParameters, (sandbox, parameters) => {
  const request = readSessionRequest(sandbox, parameters);
  if (request instanceof Refusal) return request;
  return toSession(createSession(sandbox, request), sandbox.publicUrl);
});

const retrieve = defineRoute(
  { method: 'get', path: `${BASE}/:id` },
  z.strictObject({}),
  (sandbox, _, call) => {
    const session = findSession(sandbox, call.id);
    return session ? toSession(session, sandbox.publicUrl) : noSuch('checkout.session', call.id, 'session');
  },
);

const list = defineRoute(
  { method: 'get', path: BASE },
  z.strictObject({
    ...pageParameters,
    payment_intent: text().optional(),
    customer: text().optional(),
    status: z.enum(['open', 'complete', 'expired']).optional(),
    created: timeRange().optional(),
    customer_account: unsupported(),
    customer_details: z.strictObject({ email: text(512) }).optional(),
    payment_link: unsupported(),
    subscription: unsupported(),
  }),
  (sandbox, parameters) => {
    const found = candidates(sandbox, parameters.payment_intent)
      .map((session) => expireIfDue(sandbox, session))
      .filter(
        (session) =>
          (parameters.customer ?? session.customer) === session.customer &&
          (parameters.status ?? session.status) === session.status &&
          (parameters.customer_details?.email ?? session.payer?.email) === session.payer?.email &&
          isWithin(session.created, parameters.created),
      );
    return pageOf(found, parameters, 'checkout.session', BASE, (session) =>
      toSession(session, sandbox.publicUrl),
    );
  },
);

const expire = defineRoute(
  { method: 'post', path: `${BASE}/:id/expire`, durable: true },
  z.strictObject({}),
  (sandbox, _, call) => {
    const session = findSession(sandbox, call.id);
    if (!session) return noSuch('checkout.session', call.id, 'session');
    if (session.status !== 'open') {
      return impossible(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      );
    }
    return toSession(expireSession(sandbox, session, call.cause), sandbox.publicUrl);
  },
);

const lineItems = defineRoute(
  { method: 'get', path: `${BASE}/:id/line_items` },
  z.strictObject(pageParameters),
  (sandbox, parameters, call) => {
    const session = findSession(sandbox, call.id);
    if (!session) return noSuch('checkout.session', call.id, 'session');
    const url = `${BASE}/${session.id}/line_items`;
    return pageOf(session.lines, parameters, 'line item', url, (line) => toLineItem(line, session));
  },
);

function findSession(sandbox: Sandbox, id: string): SessionRecord | undefined {
  const session = sandbox.store.sessions.get(id);
  return session && expireIfDue(sandbox, session);
}

function candidates(sandbox: Sandbox, paymentIntent: string | undefined): SessionRecord[] {
  const { store } = sandbox;
  if (paymentIntent === undefined) return store.sessions.newestFirst();
  const session = store.sessions.get(store.paymentIntents.get(paymentIntent)?.session ?? '');
  return session ? [session] : [];
}

export const checkoutSessionRoutes = [create, list, retrieve, expire, lineItems];

import type { Sandbox } from '../context.js';
import { toCharge } from '../domain/charges.js';
import { toCustomer } from '../domain/customers.js';
import { toDispute } from '../domain/disputes.js';
import { toEvent } from '../domain/events.js';
import { toLineItem } from '../domain/line-items.js';
import { toPaymentIntent } from '../domain/payment-intents.js';
import { toRefund } from '../domain/refunds.js';
import { expireIfDue, toSession } from '../domain/sessions.js';
import type { SessionRecord, StoredRecord } from '../store/records.js';
import type { Store } from '../store/store.js';
import type { RecordTable } from '../store/table.js';
import { invalidRequest, type Refusal } from './refusals.js';

interface Kind {
  address: string;
  /** The name in an error. */
  name: string;
  /** The parameter that an error about its id names. */
  param: string;
  find(sandbox: Sandbox, id: string): object | undefined;
}

function kind<R extends StoredRecord>(
  address: string,
  name: string,
  table: (store: Store) => RecordTable<R>,
  toObject: (record: R, sandbox: Sandbox) => object,
  param = 'id',
): Kind {
  return {
    address,
    name,
    param,
    find: (sandbox, id) => {
      const record = table(sandbox.store).get(id);
      return record && toObject(record, sandbox);
    },
  };
}

/** What can be retrieved by its id, by the prefix of the id. */
export const kinds: Record<string, Kind> = {
  cs: kind(
    '/v1/checkout/sessions',
    'checkout.session',
    ({ sessions }) => sessions,
    toCurrentSession,
    'session',
  ),
  cus: kind('/v1/customers', 'customer', ({ customers }) => customers, toCustomer),
  pi: kind(
    '/v1/payment_intents',
    'payment_intent',
    (store) => store.paymentIntents,
    toPaymentIntent,
    'intent',
  ),
  ch: kind('/v1/charges', 'charge', ({ charges }) => charges, toCharge),
  re: kind('/v1/refunds', 'refund', ({ refunds }) => refunds, toRefund),
  du: kind('/v1/disputes', 'dispute', ({ disputes }) => disputes, toDispute),
  evt: kind('/v1/events', 'event', ({ events }) => events, toEvent),
};

export function toCurrentSession(session: SessionRecord, sandbox: Sandbox): object {
  return toSession(expireIfDue(sandbox, session), sandbox);
}

/**
 * Replaces ids by the objects they name, along paths such as `payment_intent.latest_charge`, and adds the line
 * items of a session: https://docs.stripe.com/api/expanding_objects
 * @returns a copy, or the refusal for a path that leads nowhere
 */
export function expand(sandbox: Sandbox, object: object, paths: readonly string[]): object | Refusal {
  if (paths.length === 0) return object;
  const copy = structuredClone(object);
  for (const path of paths) {
    if (!expandPath(sandbox, copy, path)) {
      return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
    }
  }
  return copy;
}

function expandPath(sandbox: Sandbox, object: object, path: string): boolean {
  const [name = '', ...rest] = path.split('.');
  if (name === 'line_items') return addLineItems(sandbox, object, rest.join('.'));
  const value: unknown = Reflect.get(object, name);
  if (value === null) return true;
  const target = typeof value === 'string' ? kinds[value.split('_')[0] ?? '']?.find(sandbox, value) : value;
  if (typeof target !== 'object' || target === null) return false;
  Reflect.set(object, name, target);
  return rest.length === 0 || expandPath(sandbox, target, rest.join('.'));
}

function addLineItems({ store }: Sandbox, object: object, path: string): boolean {
  const session = store.sessions.get(String(Reflect.get(object, 'id')));
  const withProduct = path === 'data.price.product';
  if (!session || (path !== '' && !withProduct)) return false;
  const data = session.lines.map((line) => toLineItem(line, session, withProduct));
  const url = `/v1/checkout/sessions/${session.id}/line_items`;
  Reflect.set(object, 'line_items', { object: 'list', data, has_more: false, url });
  return true;
}

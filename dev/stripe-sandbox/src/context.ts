import type { Logger } from '@micromall/platform/logging';
import { newIdentifier } from './domain/identifiers.js';
import type { ApiFaults } from './handlers/api-faults.js';
import type { Store } from './store/store.js';
import type { WebhookDispatcher } from './webhooks/dispatcher.js';

/** What every part of the stand-in works with. */
export interface Sandbox {
  /** Where a browser reaches the payment page, without a slash at the end. */
  readonly publicUrl: string;
  /** The only accepted API key; null accepts every key that starts with `sk_test_`. */
  readonly apiKey: string | null;
  readonly store: Store;
  readonly webhooks: WebhookDispatcher;
  readonly apiFaults: ApiFaults;
  readonly log: Logger;
}

/** The sandbox at work for a request, which the events of that work name, or by time (`cause` is null then). */
export interface Work extends Sandbox {
  readonly cause: { id: string; idempotencyKey: string | null } | null;
}

export function byRequest(sandbox: Sandbox): Work {
  return { ...sandbox, cause: { id: newIdentifier('req_'), idempotencyKey: null } };
}

export function byTime(sandbox: Sandbox): Work {
  return { ...sandbox, cause: null };
}

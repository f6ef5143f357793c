import type { Logger } from '@micromall/platform/logging';
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

/** The request that made something happen, shown in its event; null when time did. */
export interface Cause {
  id: string;
  idempotencyKey: string | null;
}

import type { CheckoutStatus } from '@micromall/contracts';
import {
  createSingleFlight,
  type EventPublisher,
  type Logger,
  type PlatformWithDatabase,
  type SingleFlight,
} from '@micromall/platform';
import { LRUCache } from 'lru-cache';
import type Stripe from 'stripe';
import { createStripe } from './clients/stripe/client.js';
import { measureRequests } from './clients/stripe/measured-client.js';
import type { Config } from './config.js';
import { createEvents, type PaymentEvents } from './events.js';
import { type CheckoutStore, openCheckoutStore } from './store/checkouts.js';
import { type CustomerStore, openCustomerStore } from './store/customers.js';
import { type EventLogStore, openEventLogStore } from './store/event-log.js';
import { openRefundStore, type RefundStore } from './store/refunds.js';

/** More than happen at Stripe in the minutes that are read twice. */
const mostHandledEvents = 10_000;

/** What handlers, use cases and jobs work with. */
export interface Context {
  readonly config: Config;
  readonly stripe: Stripe;
  readonly checkouts: CheckoutStore;
  readonly refunds: RefundStore;
  readonly customers: CustomerStore;
  /** One check of a session at Stripe at a time, by the session's id. */
  readonly shareCheck: SingleFlight<CheckoutStatus>;
  readonly eventLog: EventLogStore;
  /** The ids of Stripe's events that this process has handled lately. */
  readonly handled: LRUCache<string, true>;
  readonly publisher: EventPublisher;
  readonly events: PaymentEvents;
  readonly logger: Logger;
}

export async function createContext(platform: PlatformWithDatabase, config: Config): Promise<Context> {
  const { database, logger, metrics, publisher } = platform;
  const events = createEvents(logger, metrics.registry);
  const [checkouts, refunds, eventLog] = await Promise.all([
    openCheckoutStore(database, config.FIRST_CHECK_MS),
    openRefundStore(database, config.FIRST_CHECK_MS),
    openEventLogStore(database),
  ]);
  return {
    config,
    stripe: createStripe(config, measureRequests(events.stripeRequested)),
    checkouts,
    refunds,
    customers: openCustomerStore(database),
    // A page that was open a moment ago may have been paid since; a final status stays.
    shareCheck: createSingleFlight((status) => status === 'paid' || status === 'expired'),
    eventLog,
    handled: new LRUCache({ max: mostHandledEvents }),
    publisher,
    events,
    logger,
  };
}

import type { CheckoutStatus } from '@micromall/contracts';
import type { EventPublisher, Logger, PlatformWithDatabase } from '@micromall/platform';
import { createSingleFlight, type SingleFlight } from '@micromall/platform';
import Stripe from 'stripe';
import type { Config } from './config.js';
import { createEvents, type PaymentEvents } from './events.js';
import { createRecentIds, type RecentIds } from './recent-ids.js';
import { type CheckoutStore, openCheckoutStore } from './store/checkouts.js';
import { type CustomerStore, openCustomerStore } from './store/customers.js';
import { type EventLogStore, openEventLogStore } from './store/event-log.js';
import { openRefundStore, type RefundStore } from './store/refunds.js';
import { createStripe } from './stripe/client.js';
import { measureRequests } from './stripe/measured-client.js';

/** More than happen at Stripe in the minutes that are read twice. */
const rememberedEvents = 10_000;

/** What the handlers work with. */
export interface Context {
  readonly config: Config;
  readonly stripe: Stripe;
  readonly checkouts: CheckoutStore;
  readonly refunds: RefundStore;
  readonly customers: CustomerStore;
  /** Looks at a session, by its id. */
  readonly shareLook: SingleFlight<CheckoutStatus>;
  readonly eventLog: EventLogStore;
  /** Events of Stripe that this process has handled. */
  readonly handled: RecentIds;
  readonly publisher: EventPublisher;
  readonly events: PaymentEvents;
  readonly logger: Logger;
}

export async function createContext(platform: PlatformWithDatabase, config: Config): Promise<Context> {
  const { database, logger, metrics, publisher } = platform;
  const events = createEvents(logger, metrics.registry);
  const [checkouts, refunds, eventLog] = await Promise.all([
    openCheckoutStore(database, config.FIRST_LOOK_MS),
    openRefundStore(database, config.FIRST_LOOK_MS),
    openEventLogStore(database),
  ]);
  return {
    config,
    stripe: createStripe(config, measureRequests(Stripe.createNodeHttpClient(), events.stripeAsked)),
    checkouts,
    refunds,
    customers: openCustomerStore(database),
    // A page that was open when somebody looked may have been paid since; an end stays an end.
    shareLook: createSingleFlight((status) => status === 'paid' || status === 'expired'),
    eventLog,
    handled: createRecentIds(rememberedEvents),
    publisher,
    events,
    logger,
  };
}

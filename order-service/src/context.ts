import type { EventPublisher, Logger, PlatformWithDatabase, RpcClient } from '@micromall/platform';
import type { Config } from './config.js';
import { createEvents, type OrderEvents } from './events.js';
import { createOrderStore, type OrderStore, openOrderCollection } from './store/orders.js';
import { createOutboxStore, type OutboxStore } from './store/outboxes.js';
import { createOutbox, type Outbox } from './use-cases/outbox.js';

/** What handlers, use cases and jobs work with. */
export interface Context {
  readonly config: Config;
  readonly orders: OrderStore;
  readonly outboxes: OutboxStore;
  /** Sends the events of orders. */
  readonly outbox: Outbox;
  /** For events that no order can hold in its outbox. */
  readonly publisher: EventPublisher;
  readonly rpc: RpcClient;
  readonly events: OrderEvents;
  readonly logger: Logger;
}

export async function createContext(platform: PlatformWithDatabase, config: Config): Promise<Context> {
  const { logger, rpc, publisher, metrics, database } = platform;
  const collection = await openOrderCollection(database);
  const outboxes = createOutboxStore(collection);
  return {
    config,
    orders: createOrderStore(collection),
    outboxes,
    outbox: createOutbox(outboxes, publisher, logger),
    publisher,
    rpc,
    events: createEvents(logger, metrics.registry, config.CURRENCY),
    logger,
  };
}

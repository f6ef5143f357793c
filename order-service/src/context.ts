import type { EventPublisher, PlatformWithDatabase, RpcClient } from '@micromall/platform';
import type { Config } from './config.js';
import { createEvents, type OrderEvents } from './events.js';
import { createOutbox, type Outbox } from './outbox.js';
import { type OrderStore, openOrderStore } from './store/orders.js';

/** What the handlers work with. */
export interface Context {
  readonly config: Config;
  readonly orders: OrderStore;
  readonly outbox: Outbox;
  /** For what no order can keep in its outbox. */
  readonly publisher: EventPublisher;
  readonly rpc: RpcClient;
  readonly events: OrderEvents;
  readonly logger: PlatformWithDatabase['logger'];
}

export async function createContext(platform: PlatformWithDatabase, config: Config): Promise<Context> {
  const { logger, rpc, publisher, metrics, database } = platform;
  const orders = await openOrderStore(database);
  return {
    config,
    orders,
    outbox: createOutbox(orders, publisher, logger),
    publisher,
    rpc,
    events: createEvents(logger, metrics.registry),
    logger,
  };
}

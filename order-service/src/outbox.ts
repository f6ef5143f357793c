import { allEventContracts } from '@micromall/contracts';
import { type EventPublisher, type Interval, type Logger, startInterval } from '@micromall/platform';
import type { OrderRecord, OutboxMessage } from './domain/order.js';
import { failpoint } from './failpoints.js';
import type { OrderStore } from './store/orders.js';

/** How many orders one look for forgotten messages takes up. */
const relayBatch = 100;

/**
 * Hands the events that wait in orders to the broker, in their order, and takes out of the outbox what the broker
 * has. Told twice (two processes, or one that died in between) an event has the same message id.
 */
export interface Outbox {
  /** An order, as it was just written, has something to tell: it is told soon, without waiting for it here. */
  nudge(order: Pick<OrderRecord, '_id' | 'outbox'>): void;
  /** Takes up what a dead process left, now and again. */
  start(everyMs: number): void;
  /** Resolves when everything in hand is told. */
  stop(): Promise<void>;
}

export function createOutbox(store: OrderStore, publisher: EventPublisher, logger: Logger): Outbox {
  /** The last relay of each order that is being relayed; the next one queues behind it. */
  const running = new Map<string, Promise<void>>();
  let loop: Interval | undefined;

  async function relay(orderId: string, messages: readonly OutboxMessage[]): Promise<void> {
    const sent: OutboxMessage[] = [];
    try {
      for (const message of messages) {
        await emit(message);
        sent.push(message);
      }
    } finally {
      await store.markSent(orderId, sent);
    }
  }

  async function emit({ event, payload, messageId, traceparent }: OutboxMessage): Promise<void> {
    const contract = allEventContracts.find((candidate) => candidate.name === event);
    if (!contract) throw new Error(`there is no event ${event}`);
    await publisher.emit(contract, contract.payload.parse(payload), { messageId, traceparent });
    failpoint(`told-${contract.name}`);
  }

  /** @param known what is in the outbox, if that was read just now; it is read otherwise */
  function enqueue(orderId: string, known?: readonly OutboxMessage[]): Promise<void> {
    const before = running.get(orderId);
    const read = async () => (before || !known ? store.outboxOf(orderId) : known);
    const work = Promise.resolve(before)
      .then(read)
      .then((messages) => relay(orderId, messages))
      .catch((error: unknown) =>
        logger.warn({ err: error, orderId }, 'events could not be told yet, they wait in the order'),
      )
      .then(() => {
        if (running.get(orderId) === work) running.delete(orderId);
      });
    running.set(orderId, work);
    return work;
  }

  return {
    nudge: ({ _id, outbox }) => void enqueue(_id, outbox),
    start(everyMs) {
      loop = startInterval(
        everyMs,
        async () => {
          for (const orderId of await store.withOutbox(relayBatch)) await enqueue(orderId);
        },
        logger,
      );
    },
    async stop() {
      await loop?.stop();
      await Promise.all(running.values());
    },
  };
}

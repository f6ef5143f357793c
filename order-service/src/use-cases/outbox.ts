import { allEventContracts } from '@micromall/contracts';
import type { EventPublisher, Logger } from '@micromall/platform';
import type { OrderRecord, OutboxMessage } from '../domain/order.js';
import { failpoint } from '../failpoints.js';
import type { OutboxStore } from '../store/outboxes.js';

/**
 * Sends the events that wait in an order to the broker, in their order, and takes out of the outbox what the broker
 * has. Sent twice (by two processes, or by one that died in between) an event has the same message id.
 */
export interface Outbox {
  /** Sends what waits in an order that was just written; nobody waits for it here. */
  nudge(order: Pick<OrderRecord, '_id' | 'outbox'>): void;
  /** Sends these messages of an order. Resolves also if the broker does not take them: they wait on. */
  send(orderId: string, messages: readonly OutboxMessage[]): Promise<void>;
  /** Resolves when everything in hand was tried. */
  idle(): Promise<void>;
}

export function createOutbox(store: OutboxStore, publisher: EventPublisher, logger: Logger): Outbox {
  /** The last work on the outbox of each order; the next one queues behind it. */
  const running = new Map<string, Promise<void>>();

  async function sendAll(orderId: string, messages: readonly OutboxMessage[]): Promise<void> {
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
    failpoint(`emitted-${contract.name}`);
  }

  function send(orderId: string, known: readonly OutboxMessage[]): Promise<void> {
    const before = running.get(orderId);
    // The work before may have sent some of them.
    const read = async () => (before ? store.messagesOf(orderId) : known);
    const work = Promise.resolve(before)
      .then(read)
      .then((messages) => sendAll(orderId, messages))
      .catch((error: unknown) =>
        logger.warn({ err: error, orderId }, 'events could not be sent yet, they wait in the order'),
      )
      .then(() => {
        if (running.get(orderId) === work) running.delete(orderId);
      });
    running.set(orderId, work);
    return work;
  }

  return {
    nudge: ({ _id, outbox }) => void send(_id, outbox),
    send,
    async idle() {
      await Promise.all(running.values());
    },
  };
}

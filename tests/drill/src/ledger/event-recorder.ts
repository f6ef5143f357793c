import { allEventContracts, names, virtualHost } from '@micromall/contracts';
import type { PublishedEvent } from '@micromall/test-kit/ledger/books';
import type { Operator } from '@micromall/test-kit/operator';
import { z } from 'zod';

const queue = 'drill.events';
const batch = 500;
const body = z.object({ orderId: z.string().optional() });
const messageId = z.string();

/** Records every event that the services publish, in a durable queue that no service knows of. */
export interface EventRecorder {
  /** Everything published so far, each delivery of it. */
  events(): Promise<readonly PublishedEvent[]>;
}

export async function recordEvents(operator: Operator): Promise<EventRecorder> {
  const vhost = encodeURIComponent(virtualHost);
  await operator.management.put(`queues/${vhost}/${queue}`, { durable: true });
  for (const emitter of new Set(allEventContracts.map((contract) => contract.emitter))) {
    const binding = `bindings/${vhost}/e/${names.eventExchange(emitter)}/q/${queue}`;
    await operator.management.post(binding, { routing_key: '#' });
  }
  const recorded: PublishedEvent[] = [];
  return {
    async events() {
      for (;;) {
        const messages = await operator.take(queue, batch);
        for (const { routing_key: event, payload, properties } of messages) {
          const { orderId } = body.parse(JSON.parse(payload));
          if (orderId === undefined) continue;
          recorded.push({ event, orderId, messageId: messageId.parse(properties.message_id) });
        }
        if (messages.length < batch) return recorded;
      }
    },
  };
}

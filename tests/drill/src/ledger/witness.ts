import { allEventContracts, names, virtualHost } from '@micromall/contracts';
import type { Operator } from '@micromall/test-kit';
import { z } from 'zod';
import type { ToldEvent } from './books.js';

const queue = 'drill.witness';
const batch = 500;
const body = z.object({ orderId: z.string().optional() });
const messageId = z.string();

/** Hears every event that the services tell, in a durable queue that no service knows of. */
export interface Witness {
  /** Everything told so far, each delivery of it. */
  told(): Promise<readonly ToldEvent[]>;
}

/** Begins to listen. */
export async function callWitness(operator: Operator): Promise<Witness> {
  const vhost = encodeURIComponent(virtualHost);
  await operator.management.put(`queues/${vhost}/${queue}`, { durable: true });
  for (const emitter of new Set(allEventContracts.map((contract) => contract.emitter))) {
    const binding = `bindings/${vhost}/e/${names.eventExchange(emitter)}/q/${queue}`;
    await operator.management.post(binding, { routing_key: '#' });
  }
  const heard: ToldEvent[] = [];
  return {
    async told() {
      for (;;) {
        const messages = await operator.take(queue, batch);
        for (const { routing_key: event, payload, properties } of messages) {
          const { orderId } = body.parse(JSON.parse(payload));
          if (orderId === undefined) continue;
          heard.push({ event, orderId, messageId: messageId.parse(properties.message_id) });
        }
        if (messages.length < batch) return heard;
      }
    },
  };
}

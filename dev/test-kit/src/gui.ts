import type { Management } from '@micromall/launcher/broker/management';
import { pathPart } from '@micromall/launcher/broker/topology';
import { z } from 'zod';

const publishedShape = z.object({ routed: z.boolean() });
const messagesShape = z.array(
  z.object({
    payload: z.string(),
    exchange: z.string(),
    routing_key: z.string(),
    redelivered: z.boolean(),
    // An empty set of properties is an empty list in RabbitMQ's JSON.
    properties: z.union([
      z.record(z.string(), z.unknown()),
      z.array(z.never()).transform((): Record<string, unknown> => ({})),
    ]),
  }),
);

/** A message as the GUI's "Get messages" shows it. */
export type FetchedMessage = z.infer<typeof messagesShape>[number];

/** What a person does on a queue's page of the RabbitMQ GUI, through the API on which that page stands. */
export interface Gui {
  /** Publishes into a queue. Returns whether there was such a queue. */
  publish(queue: string, payload: string, properties?: object): Promise<boolean>;
  /** Takes up to `count` messages out of a queue; they are gone then. */
  take(queue: string, count: number): Promise<FetchedMessage[]>;
}

export function guiOf(management: Management, vhost: string): Gui {
  return {
    async publish(queue, payload, properties = {}) {
      const path = `exchanges/${pathPart(vhost)}/amq.default/publish`;
      const message = { routing_key: queue, payload, payload_encoding: 'string', properties };
      return publishedShape.parse(await management.post(path, message)).routed;
    },
    async take(queue, count) {
      const path = `queues/${pathPart(vhost)}/${pathPart(queue)}/get`;
      const order = { count, ackmode: 'ack_requeue_false', encoding: 'auto' };
      return messagesShape.parse(await management.post(path, order));
    },
  };
}

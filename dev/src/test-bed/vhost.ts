import { operatorName, serviceNames } from '@micromall/contracts';
import { z } from 'zod';
import { type Management, managementApi } from '../broker/management.js';
import { loadTopology, pathPart } from '../broker/topology.js';

/** What every user of a throwaway broker logs in with. */
export function testPassword(user: string): string {
  return user === operatorName ? 'admin' : `${user}-password`;
}

const overviewShape = z.object({
  listeners: z.array(z.object({ protocol: z.string(), port: z.number() })),
});
const publishedShape = z.object({ routed: z.boolean() });
const messagesShape = z.array(
  z.object({
    payload: z.string(),
    exchange: z.string(),
    routing_key: z.string(),
    redelivered: z.boolean(),
    // An empty set of properties is an empty list in RabbitMQ's JSON.
    properties: z.union([z.record(z.string(), z.unknown()), z.array(z.never()).transform(() => ({}))]),
  }),
);

/** A message as the GUI's "Get messages" shows it. */
export type FetchedMessage = z.infer<typeof messagesShape>[number];

/** A virtual host with the shop's whole topology in it, apart from every other test's. */
export interface Vhost {
  readonly name: string;
  /** For RABBITMQ_URL: `user` is a service, or `admin`. */
  amqpUrl(user: string): string;
  /** RabbitMQ's HTTP API as the administrator; paths begin after `/api/`. */
  readonly management: Management;
  /** Publishes into a queue as the GUI does. Returns whether there was such a queue. */
  publish(queue: string, payload: string, properties?: object): Promise<boolean>;
  /** Takes up to `count` messages out of a queue as the GUI does; they are gone then. */
  take(queue: string, count: number): Promise<FetchedMessage[]>;
  remove(): Promise<void>;
}

/**
 * Makes a virtual host with the topology and permissions of the contracts on the broker whose GUI is at
 * `managementUrl`. The users are the broker's own, with the passwords of `testPassword`.
 */
export async function createVhost(managementUrl: string, name: string): Promise<Vhost> {
  const management = managementApi(managementUrl, {
    user: operatorName,
    password: testPassword(operatorName),
  });
  const { listeners } = overviewShape.parse(await management.get('overview'));
  const amqpPort = listeners.find((listener) => listener.protocol === 'amqp')?.port;
  if (amqpPort === undefined) throw new Error(`The broker behind ${managementUrl} has no AMQP listener.`);
  const { hostname } = new URL(managementUrl);
  await loadTopology(management, name, [operatorName, ...serviceNames]);

  return {
    name,
    management,
    amqpUrl(user) {
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(testPassword(user))}`;
      return `amqp://${login}@${hostname}:${amqpPort}/${pathPart(name)}`;
    },
    async publish(queue, payload, properties = {}) {
      const path = `exchanges/${pathPart(name)}/amq.default/publish`;
      const message = { routing_key: queue, payload, payload_encoding: 'string', properties };
      return publishedShape.parse(await management.post(path, message)).routed;
    },
    async take(queue, count) {
      const path = `queues/${pathPart(name)}/${pathPart(queue)}/get`;
      const order = { count, ackmode: 'ack_requeue_false', encoding: 'auto' };
      return messagesShape.parse(await management.post(path, order));
    },
    remove: () => management.remove(`vhosts/${pathPart(name)}`),
  };
}

import { allEventContracts, allRpcContracts, servicesWithDeadLetters } from './messages.js';
import { operatorName, type ServiceName, serviceNames } from './services.js';

/** The virtual host of the shop. */
export const virtualHost = '/';

/**
 * How long an event waits before each further try, in milliseconds. Growing delays give a broken service time
 * to come back; after the last one the event is parked for a person.
 */
export const retryDelaysMs = [500, 2_000, 10_000, 60_000, 300_000] as const;

/** How often the broker hands out an event whose consumer dies each time before it parks it itself. */
export const deliveryLimit = 5;

/** The names of the broker's exchanges and queues. */
export const names = {
  rpcExchange: (owner: ServiceName) => `rpc.${owner}`,
  eventExchange: (emitter: ServiceName) => `events.${emitter}`,
  eventQueue: (subscriber: ServiceName) => `${subscriber}.events`,
  retryExchange: (subscriber: ServiceName) => `retry.${subscriber}`,
  retryQueue: (subscriber: ServiceName, delayMs: number) => `retry.${subscriber}.${delayMs}`,
  parkingExchange: 'parking',
  parkingQueue: (service: ServiceName) => `parking.${service}`,
  /** What a service takes out of its dead letters goes through it to the service's own queues, and to no other's. */
  returnedExchange: (service: ServiceName) => `returned.${service}`,
  replyExchange: 'reply',
  /** One per process; only its own connection can read it. */
  replyQueue: (service: ServiceName, instance: string) => `reply.${service}.${instance}`,
  /** Where calls typed into the RabbitMQ GUI find their answers. */
  guiReplies: 'gui-replies',
} as const;

interface BrokerUser {
  name: string;
  tags: string[];
}
interface BrokerPermission {
  user: string;
  vhost: string;
  configure: string;
  write: string;
  read: string;
}
interface BrokerExchange {
  name: string;
  vhost: string;
  type: 'direct' | 'topic';
  durable: boolean;
  auto_delete: boolean;
  internal: boolean;
  arguments: Record<string, never>;
}
interface BrokerQueue {
  name: string;
  vhost: string;
  durable: boolean;
  auto_delete: boolean;
  arguments: Record<string, string | number>;
}
interface BrokerBinding {
  source: string;
  vhost: string;
  destination: string;
  destination_type: 'queue';
  routing_key: string;
  arguments: Record<string, never>;
}
interface BrokerPolicy {
  vhost: string;
  name: string;
  pattern: string;
  'apply-to': 'queues';
  priority: number;
  definition: Record<string, string | number>;
}

/** RabbitMQ's own definitions format (https://www.rabbitmq.com/docs/definitions), without any password hash. */
export interface BrokerDefinitions {
  users: BrokerUser[];
  vhosts: { name: string }[];
  permissions: BrokerPermission[];
  topic_permissions: never[];
  parameters: never[];
  global_parameters: never[];
  policies: BrokerPolicy[];
  exchanges: BrokerExchange[];
  queues: BrokerQueue[];
  bindings: BrokerBinding[];
}

const quorum = { 'x-queue-type': 'quorum' };
/** The broker forgets a dead-lettered message only once its new queue has it. */
const deadLetterAtLeastOnce = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };

/** The names of the events to which a service subscribes. */
export function subscriptionsOf(service: ServiceName): string[] {
  return allEventContracts.filter((event) => event.subscribers.includes(service)).map((event) => event.name);
}

function ownersCalledBy(service: ServiceName): ServiceName[] {
  return serviceNames.filter((owner) =>
    allRpcContracts.some((contract) => contract.owner === owner && contract.callers.includes(service)),
  );
}

/** RabbitMQ matches permissions as unanchored regular expressions, so each is anchored and escaped here. */
function exactly(resources: readonly string[]): string {
  if (resources.length === 0) return '^$';
  return `^(${resources.map((name) => name.replaceAll('.', '\\.')).join('|')})$`;
}

/**
 * The least that a service needs. Nobody may write to the default exchange, which would reach every queue, and
 * nobody declares anything but its own reply queue.
 */
function permissionsOf(service: ServiceName, vhost: string): BrokerPermission {
  const ownReplyQueue = `reply.${service}.[0-9a-f-]+`;
  const calls = ownersCalledBy(service);
  const serves = allRpcContracts
    .filter((contract) => contract.owner === service)
    .map((contract) => contract.queue);
  const subscribes = subscriptionsOf(service).length > 0;
  const emits = allEventContracts.some((event) => event.emitter === service);
  const parks = servicesWithDeadLetters.includes(service);
  return {
    user: service,
    vhost,
    configure: exactly(calls.length > 0 ? [ownReplyQueue] : []),
    write: exactly([
      ...calls.map(names.rpcExchange),
      ...(calls.length > 0 ? [ownReplyQueue] : []),
      ...(serves.length > 0 ? [names.replyExchange] : []),
      ...(emits ? [names.eventExchange(service)] : []),
      ...(subscribes ? [names.retryExchange(service)] : []),
      ...(parks ? [names.parkingExchange, names.returnedExchange(service)] : []),
    ]),
    read: exactly([
      ...(calls.length > 0 ? [names.replyExchange, ownReplyQueue] : []),
      ...serves,
      ...(subscribes ? [names.eventQueue(service)] : []),
      ...(parks ? [names.parkingQueue(service)] : []),
    ]),
  };
}

/** The whole topology of the broker, made from the contracts. `vhost` differs only in tests. */
export function brokerDefinitions(vhost: string = virtualHost): BrokerDefinitions {
  const exchanges: BrokerExchange[] = [];
  const queues: BrokerQueue[] = [];
  const bindings: BrokerBinding[] = [];

  function addExchange(name: string, type: BrokerExchange['type']): void {
    exchanges.push({ name, vhost, type, durable: true, auto_delete: false, internal: false, arguments: {} });
  }
  function addQueue(name: string, queueArguments: BrokerQueue['arguments']): void {
    queues.push({ name, vhost, durable: true, auto_delete: false, arguments: queueArguments });
  }
  function bind(source: string, destination: string, routingKey: string): void {
    bindings.push({
      source,
      vhost,
      destination,
      destination_type: 'queue',
      routing_key: routingKey,
      arguments: {},
    });
  }

  addExchange(names.replyExchange, 'direct');
  addExchange(names.parkingExchange, 'direct');
  addQueue(names.guiReplies, {
    'x-queue-type': 'classic',
    'x-max-length': 1_000,
    'x-message-ttl': 3_600_000,
  });
  bind(names.replyExchange, names.guiReplies, names.guiReplies);

  for (const service of serviceNames) {
    const serves = allRpcContracts.filter((contract) => contract.owner === service);
    const subscriptions = subscriptionsOf(service);
    if (serves.length > 0) addExchange(names.rpcExchange(service), 'direct');
    for (const contract of serves) {
      addQueue(contract.queue, { 'x-queue-type': 'classic' });
      bind(names.rpcExchange(service), contract.queue, contract.queue);
    }
    if (allEventContracts.some((event) => event.emitter === service))
      addExchange(names.eventExchange(service), 'topic');
    if (servicesWithDeadLetters.includes(service)) {
      // Classic: each scan takes the messages and gives them back. A quorum queue counts that and drops a message at
      // its delivery limit, which can be endless either on RabbitMQ 3 (by leaving it out) or on 4 (-1), not on both.
      addQueue(names.parkingQueue(service), { 'x-queue-type': 'classic' });
      bind(names.parkingExchange, names.parkingQueue(service), service);
      addExchange(names.returnedExchange(service), 'direct');
      for (const { queue } of serves) bind(names.returnedExchange(service), queue, queue);
    }
    if (subscriptions.length === 0) continue;
    bind(names.returnedExchange(service), names.eventQueue(service), names.eventQueue(service));
    addQueue(names.eventQueue(service), {
      ...quorum,
      ...deadLetterAtLeastOnce,
      'x-delivery-limit': deliveryLimit,
      'x-dead-letter-exchange': names.parkingExchange,
      'x-dead-letter-routing-key': service,
    });
    addExchange(names.retryExchange(service), 'direct');
    for (const delayMs of retryDelaysMs) {
      addQueue(names.retryQueue(service, delayMs), {
        ...quorum,
        ...deadLetterAtLeastOnce,
        'x-delivery-limit': 1_000,
        'x-message-ttl': delayMs,
        // The default exchange reaches the queue by its name; the broker itself may use it.
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': names.eventQueue(service),
      });
      bind(names.retryExchange(service), names.retryQueue(service, delayMs), String(delayMs));
    }
  }
  for (const event of allEventContracts) {
    for (const subscriber of event.subscribers) {
      bind(names.eventExchange(event.emitter), names.eventQueue(subscriber), event.name);
    }
  }

  return {
    users: [
      { name: operatorName, tags: ['administrator'] },
      ...serviceNames.map((name) => ({ name, tags: [] })),
    ],
    vhosts: [{ name: vhost }],
    permissions: [
      { user: operatorName, vhost, configure: '.*', write: '.*', read: '.*' },
      ...serviceNames.map((service) => permissionsOf(service, vhost)),
    ],
    topic_permissions: [],
    parameters: [],
    global_parameters: [],
    policies: [
      {
        vhost,
        name: 'rpc-bounds',
        pattern: exactly(allRpcContracts.map((contract) => contract.queue)),
        'apply-to': 'queues',
        priority: 10,
        // Calls of services carry a deadline of their own; the age bounds what a person left in a queue.
        definition: { 'max-length': 5_000, overflow: 'reject-publish', 'message-ttl': 86_400_000 },
      },
    ],
    exchanges,
    queues,
    bindings,
  };
}

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, type Registry };

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The numbers that each service has, whatever it does. Names follow https://prometheus.io/docs/practices/naming/ */
export interface PlatformMetrics {
  readonly registry: Registry;
  readonly rpcCalls: Counter<'queue' | 'outcome'>;
  readonly rpcCallSeconds: Histogram<'queue'>;
  readonly rpcCallsInFlight: Gauge;
  readonly rpcCircuitOpen: Gauge<'queue'>;
  readonly rpcServed: Counter<'queue' | 'outcome'>;
  readonly rpcServedSeconds: Histogram<'queue'>;
  readonly rpcServingInFlight: Gauge;
  readonly eventsPublished: Counter<'event' | 'outcome'>;
  readonly eventsConsumed: Counter<'event' | 'outcome'>;
  readonly eventSeconds: Histogram<'event'>;
  readonly eventsInFlight: Gauge;
  readonly prefetchLimit: Gauge<'consumer'>;
  readonly messagesParked: Counter<'queue' | 'reason'>;
  readonly deadLettersSettled: Counter<'queue' | 'outcome'>;
  readonly lateReplies: Counter;
  readonly brokerConnected: Gauge<'connection'>;
}

/** A registry of its own per service, so that several services can live in one process (as in tests). */
export function createMetrics(service: string): PlatformMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    rpcCalls: new Counter({
      name: 'rpc_client_calls_total',
      help: 'Calls made to other services, by queue and outcome (ok, the failure code, or the fault)',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    rpcCallSeconds: new Histogram({
      name: 'rpc_client_call_duration_seconds',
      help: 'How long calls to other services took until their answer or fault',
      labelNames: ['queue'],
      buckets: secondsBuckets,
      registers,
    }),
    rpcCallsInFlight: new Gauge({
      name: 'rpc_client_calls_in_flight',
      help: 'Calls that wait for their answer',
      registers,
    }),
    rpcCircuitOpen: new Gauge({
      name: 'rpc_client_circuit_open',
      help: '1 while calls to a queue fail at once because nobody has answered there lately',
      labelNames: ['queue'],
      registers,
    }),
    rpcServed: new Counter({
      name: 'rpc_server_requests_total',
      help: 'Requests handled, by queue and outcome (ok, the failure code, or the fault)',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    rpcServedSeconds: new Histogram({
      name: 'rpc_server_request_duration_seconds',
      help: 'How long handling a request took',
      labelNames: ['queue'],
      buckets: secondsBuckets,
      registers,
    }),
    rpcServingInFlight: new Gauge({
      name: 'rpc_server_requests_in_flight',
      help: 'Requests being worked on',
      registers,
    }),
    eventsPublished: new Counter({
      name: 'events_published_total',
      help: 'Events handed to the broker, by outcome (confirmed, failed)',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    eventsConsumed: new Counter({
      name: 'events_consumed_total',
      help: 'Events received, by outcome (handled, retried, parked)',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    eventSeconds: new Histogram({
      name: 'event_handling_duration_seconds',
      help: 'How long handling an event took',
      labelNames: ['event'],
      buckets: secondsBuckets,
      registers,
    }),
    eventsInFlight: new Gauge({
      name: 'events_in_flight',
      help: 'Events being worked on',
      registers,
    }),
    prefetchLimit: new Gauge({
      name: 'consumer_prefetch_limit',
      help: 'How many messages at most are worked on at once, by consumer (requests: in each queue; events: in all)',
      labelNames: ['consumer'],
      registers,
    }),
    messagesParked: new Counter({
      name: 'messages_parked_total',
      help: 'Messages put aside as dead letters, by the queue they came from and the reason',
      labelNames: ['queue', 'reason'],
      registers,
    }),
    deadLettersSettled: new Counter({
      name: 'dead_letters_settled_total',
      help: 'Dead letters that a person decided about, by the queue they came from and outcome (sent-back, discarded)',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    lateReplies: new Counter({
      name: 'rpc_client_late_replies_total',
      help: 'Answers that came after their caller had given up',
      registers,
    }),
    brokerConnected: new Gauge({
      name: 'broker_connected',
      help: '1 while the connection to the broker stands',
      labelNames: ['connection'],
      registers,
    }),
  };
}

/**
 * Makes the series of a counter for every combination of these label values, at 0. A rate over a series that appears
 * with its first event misses that event (https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics).
 */
export function startAtZero<Label extends string>(
  counter: Counter<Label>,
  labels: Readonly<Record<Label, readonly string[]>>,
): void {
  const combinations = Object.entries<readonly string[]>(labels).reduce<Partial<Record<string, string>>[]>(
    (found, [label, values]) => found.flatMap((each) => values.map((value) => ({ ...each, [label]: value }))),
    [{}],
  );
  for (const combination of combinations) counter.inc(combination, 0);
}

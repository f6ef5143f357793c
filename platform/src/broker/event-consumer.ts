import {
  allEventContracts,
  type EventContract,
  type EventPayload,
  names,
  retryDelaysMs,
  type ServiceName,
} from '@micromall/contracts';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { retryUntilDone } from '../concurrency/retry.js';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { newTraceId, runInTrace, traceIdOf } from '../trace.js';
import type { BrokerConnection } from './connection.js';
import { headerNames, numberHeader, textHeader } from './headers.js';
import type { ManagedChannel } from './managed-channel.js';
import { carriedHeaders, carriedProperties, type Origin, originHeaders, originOf } from './origin.js';
import type { Parking, ParkReason } from './parking.js';
import { parseJson } from './parse.js';
import { publishConfirmed } from './publish.js';
import { QueueConsumer } from './queue-consumer.js';

/** What a handler knows of an event beside its payload. */
export interface EventContext {
  /** The same for each delivery of one event. */
  readonly messageId: string | undefined;
  /** Which try this is, from 1. */
  readonly attempt: number;
}

/** Handles one event. It must bear being called twice; when it throws, the event is tried again later. */
export type EventHandler<Contract extends EventContract> = (
  payload: EventPayload<Contract>,
  context: EventContext,
) => Promise<void>;

interface Subscription {
  readonly contract: EventContract;
  readonly handle: (payload: unknown, context: EventContext) => Promise<void>;
}

/** A try of a handler that threw. */
interface FailedTry {
  readonly origin: Origin;
  readonly message: ConsumeMessage;
  readonly attempt: number;
  readonly error: unknown;
  readonly ended: AbortSignal;
}

/** How many events a process works on at once. */
const prefetch = 32;

type Outcome = 'handled' | 'retried' | 'parked';

/** Consumes the events of other services. A handler that throws is tried again later; at last the event is parked. */
export class EventConsumer {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #consumer: QueueConsumer;
  readonly #queue: string;
  #retries: ManagedChannel<ConfirmChannel> | undefined;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerConnection,
    consuming: BrokerConnection,
    private readonly parking: Parking,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {
    this.#queue = names.eventQueue(service);
    const options = { kind: 'events', prefetch, inFlight: metrics.eventsInFlight } as const;
    this.#consumer = new QueueConsumer(options, consuming, logger, metrics);
  }

  /** Names the handler of an event, which must bear being called twice; consuming begins with {@link open}. */
  on<Contract extends EventContract>(contract: Contract, handler: EventHandler<Contract>): void {
    if (!contract.subscribers.includes(this.service))
      throw new Error(`${this.service} does not subscribe to ${contract.name}`);
    this.#subscriptions.set(contract.name, {
      contract,
      // The payload was parsed by this very contract's schema before it comes here.
      handle: (payload, context) => handler(payload as EventPayload<Contract>, context),
    });
  }

  /**
   * Begins to consume.
   * @throws if an event to which the service subscribes has no handler
   */
  async open(): Promise<void> {
    const missing = allEventContracts.find(
      (contract) => contract.subscribers.includes(this.service) && !this.#subscriptions.has(contract.name),
    );
    if (missing) throw new Error(`${this.service} subscribes to ${missing.name} but has no handler for it`);
    if (this.#subscriptions.size === 0) return;
    this.#retries = await this.publishing.manageConfirmChannel();
    await this.#consumer.open(new Map([[this.#queue, (message, ended) => this.#receive(message, ended)]]));
  }

  /** Takes no new events, and resolves when those in hand are settled. */
  stop(): Promise<void> {
    return this.#consumer.stop();
  }

  async #receive(message: ConsumeMessage, ended: AbortSignal): Promise<void> {
    const origin = originOf(message, this.service);
    const traceId = traceIdOf(message.properties.headers?.[headerNames.traceparent]) ?? newTraceId();
    await runInTrace({ traceId, queue: this.#queue }, async () => {
      const outcome = await this.#settle(origin, message, ended);
      this.metrics.eventsConsumed.inc({ event: origin.key, outcome });
    });
  }

  async #settle(origin: Origin, message: ConsumeMessage, ended: AbortSignal): Promise<Outcome> {
    const event = origin.key;
    const subscription = this.#subscriptions.get(event);
    const refusal = subscription ? refusalOf(subscription.contract, origin) : `Nobody here handles ${event}.`;
    if (!subscription || refusal) {
      return this.#park(message, 'unexpected', refusal ?? '', ended);
    }
    const body = parseJson(message.content);
    const parsed = body.ok ? subscription.contract.payload.safeParse(body.value) : undefined;
    if (!parsed?.success) {
      const why = body.ok && parsed ? z.prettifyError(parsed.error) : body.ok ? '' : body.problem;
      return this.#park(message, 'malformed', why, ended);
    }
    const attempt = numberHeader(message, headerNames.attempt) ?? 1;
    const { messageId } = message.properties;
    const started = performance.now();
    try {
      const id = messageId === undefined ? undefined : String(messageId);
      await subscription.handle(parsed.data, { messageId: id, attempt });
      this.logger.debug(
        { event, attempt, durationMs: Math.round(performance.now() - started) },
        'event handled',
      );
      return 'handled';
    } catch (error) {
      return await this.#tryLater({ origin, message, attempt, error, ended });
    } finally {
      this.metrics.eventSeconds.observe({ event }, (performance.now() - started) / 1_000);
    }
  }

  async #tryLater({ origin, message, attempt, error, ended }: FailedTry): Promise<Outcome> {
    const event = origin.key;
    const delayMs = retryDelaysMs[attempt - 1];
    const why = error instanceof Error ? error.message : String(error);
    if (delayMs === undefined) {
      this.logger.error({ err: error, event, attempt }, 'event failed for the last time');
      return this.#park(message, 'exhausted', why, ended);
    }
    this.logger.warn({ err: error, event, attempt, retryInMs: delayMs }, 'event failed, trying again later');
    const copy = {
      exchange: names.retryExchange(this.service),
      routingKey: String(delayMs),
      content: message.content,
      options: {
        persistent: true,
        mandatory: true,
        userId: this.service,
        type: event,
        ...carriedProperties(message.properties),
        headers: {
          ...carriedHeaders(message.properties),
          ...originHeaders(origin),
          [headerNames.attempt]: attempt + 1,
          [headerNames.firstError]: textHeader(message, headerNames.firstError) ?? why.slice(0, 1_000),
        },
      },
    };
    await retryUntilDone(
      () => publishConfirmed(this.#retries?.current, copy),
      ended,
      (refused, retryInMs) =>
        this.logger.error(
          { err: refused, event, retryInMs },
          'an event could not be put off, trying that again',
        ),
    );
    return 'retried';
  }

  async #park(
    message: ConsumeMessage,
    reason: ParkReason,
    error: string,
    ended: AbortSignal,
  ): Promise<'parked'> {
    await this.parking.park(message, { queue: this.#queue, reason, error }, ended);
    return 'parked';
  }
}

/** An event must come from its emitter, now or when it was first published, or from the operator's hand. */
function refusalOf(contract: EventContract, { exchange, user }: Origin): string | undefined {
  if (exchange === '') return undefined;
  if (exchange === names.eventExchange(contract.emitter) && user === contract.emitter) return undefined;
  return `${contract.name} must come from ${contract.emitter}, not from ${String(user)} through ${exchange}.`;
}

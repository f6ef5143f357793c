import { randomUUID } from 'node:crypto';
import {
  allEventContracts,
  type EventContract,
  type EventPayload,
  type EventPayloadInput,
  names,
  retryDelaysMs,
  type ServiceName,
} from '@micromall/contracts';
import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { currentTraceparent, newTraceId, runInTrace, traceIdOf } from '../trace.js';
import { headerNames, numberHeader, textHeader } from './headers.js';
import { type InFlight, trackInFlight } from './in-flight.js';
import type { BrokerLink, KeptChannel } from './link.js';
import { carriedHeaders, carriedProperties, type Origin, originHeaders, originOf } from './origin.js';
import type { Parking } from './parking.js';
import { parseJson } from './parse.js';
import { publishConfirmed } from './publish.js';
import { acknowledge } from './rpc-server.js';

/** Tells the other services what happened. */
export class EventPublisher {
  #channel: KeptChannel<ConfirmChannel> | undefined;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerLink,
    private readonly metrics: PlatformMetrics,
  ) {}

  async open(): Promise<void> {
    this.#channel = await this.publishing.keepConfirmChannel(async (channel) => {
      // One listener for each event that is on its way.
      channel.setMaxListeners(0);
    });
  }

  /**
   * Resolves once the broker has the event on disk, in the queue of a subscriber if it has any.
   * @param options.messageId names the event for ever: the same happening told twice has the same one
   * @param options.traceparent continues the trace in which it happened, if that is not the current one
   * @throws {PublishError} when the broker did not take it; tell it again later with the same message id
   */
  async emit<Contract extends EventContract>(
    contract: Contract,
    payload: EventPayloadInput<Contract>,
    options: { messageId?: string; traceparent?: string } = {},
  ): Promise<void> {
    if (contract.emitter !== this.service) throw new Error(`${contract.name} belongs to ${contract.emitter}`);
    const content = Buffer.from(JSON.stringify(payload));
    try {
      await publishConfirmed(
        this.#channel?.current,
        names.eventExchange(this.service),
        contract.name,
        content,
        {
          persistent: true,
          // Without its bindings, as while a broker is set up anew, an exchange confirms what it throws away.
          mandatory: contract.subscribers.length > 0,
          messageId: options.messageId ?? randomUUID(),
          contentType: 'application/json',
          type: contract.name,
          userId: this.service,
          headers: { [headerNames.traceparent]: options.traceparent ?? currentTraceparent() },
        },
      );
      this.metrics.eventsPublished.inc({ event: contract.name, outcome: 'confirmed' });
    } catch (error) {
      this.metrics.eventsPublished.inc({ event: contract.name, outcome: 'failed' });
      throw error;
    }
  }
}

export interface EventContext {
  /** The same for each delivery of one event. */
  readonly messageId: string | undefined;
  /** Which try this is, from 1. */
  readonly attempt: number;
}
export type EventHandler<Contract extends EventContract> = (
  payload: EventPayload<Contract>,
  context: EventContext,
) => Promise<void>;

interface Subscription {
  readonly contract: EventContract;
  readonly handle: (payload: unknown, context: EventContext) => Promise<void>;
}

/** How many events a process works on at once. */
const prefetch = 32;

/** Hears what other services tell. A handler that throws is tried again later; at last the event is parked. */
export class EventConsumer {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #inFlight: InFlight;
  #events: KeptChannel<Channel> | undefined;
  #retries: KeptChannel<ConfirmChannel> | undefined;
  #consumerTag = '';
  #stopping = false;
  readonly #queue: string;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerLink,
    private readonly consuming: BrokerLink,
    private readonly parking: Parking,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {
    this.#queue = names.eventQueue(service);
    this.#inFlight = trackInFlight(metrics.eventsInFlight);
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

  async open(): Promise<void> {
    const missing = allEventContracts.find(
      (contract) => contract.subscribers.includes(this.service) && !this.#subscriptions.has(contract.name),
    );
    if (missing) throw new Error(`${this.service} subscribes to ${missing.name} but has no handler for it`);
    if (this.#subscriptions.size === 0) return;
    this.#retries = await this.publishing.keepConfirmChannel(async (channel) => {
      // One listener for each event that is on its way.
      channel.setMaxListeners(0);
    });
    this.#events = await this.consuming.keepChannel((channel) => this.#consume(channel));
  }

  /** Takes no new events, and resolves when those in hand are done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#events?.current?.cancel(this.#consumerTag).catch(() => undefined);
    await this.#inFlight.idle();
  }

  async #consume(channel: Channel): Promise<void> {
    if (this.#stopping) return;
    await channel.prefetch(prefetch);
    this.metrics.prefetchLimit.set({ consumer: 'events' }, prefetch);
    const { consumerTag } = await channel.consume(this.#queue, (message) => {
      if (message) void this.#inFlight.add(this.#receive(channel, message));
      else void this.#events?.reopen();
    });
    this.#consumerTag = consumerTag;
  }

  async #receive(channel: Channel, message: ConsumeMessage): Promise<void> {
    const origin = originOf(message, this.service);
    const event = origin.key;
    const traceId = traceIdOf(message.properties.headers?.[headerNames.traceparent]) ?? newTraceId();
    await runInTrace({ traceId, queue: this.#queue }, async () => {
      try {
        const outcome = await this.#settle(origin, message);
        this.metrics.eventsConsumed.inc({ event, outcome });
        acknowledge(channel, message);
      } catch (error) {
        // Neither handled nor put aside, because the broker is away: it comes again on a new channel.
        this.logger.error({ err: error, event }, 'an event could not be settled');
        await this.#events?.reopen();
      }
    });
  }

  async #settle(origin: Origin, message: ConsumeMessage): Promise<'handled' | 'retried' | 'parked'> {
    const event = origin.key;
    const subscription = this.#subscriptions.get(event);
    const refusal = subscription ? refusalOf(subscription.contract, origin) : `Nobody here handles ${event}.`;
    if (!subscription || refusal) {
      await this.parking.park(message, this.#queue, 'unexpected', refusal ?? '');
      return 'parked';
    }
    const body = parseJson(message.content);
    const parsed = body.ok ? subscription.contract.payload.safeParse(body.value) : undefined;
    if (!parsed?.success) {
      const why = body.ok && parsed ? z.prettifyError(parsed.error) : body.ok ? '' : body.problem;
      await this.parking.park(message, this.#queue, 'malformed', why);
      return 'parked';
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
      return await this.#tryLater(origin, message, attempt, error);
    } finally {
      this.metrics.eventSeconds.observe({ event }, (performance.now() - started) / 1_000);
    }
  }

  async #tryLater(
    origin: Origin,
    message: ConsumeMessage,
    attempt: number,
    error: unknown,
  ): Promise<'retried' | 'parked'> {
    const event = origin.key;
    const delayMs = retryDelaysMs[attempt - 1];
    const why = error instanceof Error ? error.message : String(error);
    if (delayMs === undefined) {
      this.logger.error({ err: error, event, attempt }, 'event failed for the last time');
      await this.parking.park(message, this.#queue, 'exhausted', why);
      return 'parked';
    }
    this.logger.warn({ err: error, event, attempt, retryInMs: delayMs }, 'event failed, trying again later');
    await publishConfirmed(
      this.#retries?.current,
      names.retryExchange(this.service),
      String(delayMs),
      message.content,
      {
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
    );
    return 'retried';
  }
}

/** An event must come from its emitter, now or when it was first told, or from the operator's hand. */
function refusalOf(contract: EventContract, { exchange, user }: Origin): string | undefined {
  if (exchange === '') return undefined;
  if (exchange === names.eventExchange(contract.emitter) && user === contract.emitter) return undefined;
  return `${contract.name} must come from ${contract.emitter}, not from ${String(user)} through ${exchange}.`;
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logging.js';
import type { Gauge, PlatformMetrics } from '../metrics.js';
import type { BrokerConnection } from './connection.js';
import type { ManagedChannel } from './managed-channel.js';

/** The most that a stopping process waits for its handlers, in milliseconds. */
const drainLimitMs = 6_000;
/** How long a message whose work failed unexpectedly rests before the broker has it back, in milliseconds. */
const requeuePauseMs = 1_000;

/**
 * Does the work of one message; it is acknowledged when this resolves.
 * @param ended aborted when the channel is lost or the consumer stops: the broker then delivers the message again, so
 * nobody needs to try any further
 */
export type SettleMessage = (message: ConsumeMessage, ended: AbortSignal) => Promise<void>;

/** What consumes, and how much at once. */
export interface ConsumerOptions {
  readonly kind: 'requests' | 'events';
  /** How many messages are worked on at once: requests of each queue, events in all. */
  readonly prefetch: number;
  /** Shows how many messages are in hand. */
  readonly inFlight: Gauge;
}

/** Consumes queues through one channel. Each message is settled by itself: one that waits holds up no other. */
export class QueueConsumer {
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #channel: ManagedChannel<Channel> | undefined;
  #consumerTags: string[] = [];

  constructor(
    private readonly options: ConsumerOptions,
    private readonly consuming: BrokerConnection,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {}

  /** Consumes these queues from now on, again after each reconnection. */
  async open(queues: ReadonlyMap<string, SettleMessage>): Promise<void> {
    this.#channel = await this.consuming.manageChannel((channel) => this.#consume(channel, queues));
  }

  /** Takes no new messages, and resolves when those in hand are settled, within 6 s: the rest goes back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const channel = this.#channel?.current;
    if (channel) await Promise.allSettled(this.#consumerTags.map((tag) => channel.cancel(tag)));
    const limit = AbortSignal.timeout(drainLimitMs);
    const late = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()));
    while (this.#inHand.size > 0 && !limit.aborted)
      await Promise.race([Promise.allSettled([...this.#inHand]), late]);
  }

  async #consume(channel: Channel, queues: ReadonlyMap<string, SettleMessage>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { prefetch, kind } = this.options;
    await channel.prefetch(prefetch);
    this.metrics.prefetchLimit.set({ consumer: kind }, prefetch);
    const lost = new AbortController();
    channel.once('close', () => lost.abort());
    const ended = AbortSignal.any([lost.signal, this.#stopping.signal]);
    this.#consumerTags = await Promise.all(
      [...queues].map(async ([queue, settle]) => {
        const { consumerTag } = await channel.consume(queue, (message) => {
          if (message) this.#take(this.#settle(channel, message, settle, ended));
          else void this.#cancelled(queue);
        });
        return consumerTag;
      }),
    );
  }

  async #cancelled(queue: string): Promise<void> {
    this.logger.warn({ queue }, 'the broker cancelled a consumer, subscribing again');
    await this.#channel?.reopen();
  }

  #take(work: Promise<void>): void {
    const { inFlight } = this.options;
    this.#inHand.add(work);
    inFlight.inc();
    void work.finally(() => {
      this.#inHand.delete(work);
      inFlight.dec();
    });
  }

  /** Never rejects. */
  async #settle(
    channel: Channel,
    message: ConsumeMessage,
    settle: SettleMessage,
    ended: AbortSignal,
  ): Promise<void> {
    try {
      await settle(message, ended);
      ignoreClosed(() => channel.ack(message));
    } catch (error) {
      if (ended.aborted) return;
      this.logger.error({ err: error }, 'a message could not be settled, it goes back to its queue');
      await pause(requeuePauseMs, undefined, { signal: ended }).catch(() => undefined);
      ignoreClosed(() => channel.nack(message, false, true));
    }
  }
}

/** A closed channel has given back what it had: the message comes again, and its handler is ready for that. */
function ignoreClosed(answer: () => void): void {
  try {
    answer();
  } catch {
    // amqplib throws IllegalOperationError on a closed channel; its close was logged already.
  }
}

import { randomUUID } from 'node:crypto';
import { allRpcContracts, type DeadLetterReason, names, type ServiceName } from '@micromall/contracts';
import type { ConfirmChannel, Message } from 'amqplib';
import { retryUntilDone } from '../concurrency/retry.js';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { currentTraceparent } from '../trace.js';
import type { BrokerConnection } from './connection.js';
import { headerNames, numberHeader, textHeader } from './headers.js';
import type { ManagedChannel } from './managed-channel.js';
import { carriedHeaders, carriedProperties, type Origin, originHeaders, originOf } from './origin.js';
import { publishConfirmed } from './publish.js';

/** Why a service puts a message aside; what is `abandoned` the broker puts aside itself. */
export type ParkReason = Exclude<DeadLetterReason, 'abandoned'>;

const secretQueues: ReadonlySet<string> = new Set(
  allRpcContracts.filter(({ secret }) => secret).map(({ queue }) => queue),
);

/** Headers that only a parked message has: one that is given back begins anew. */
const headersOfParking: readonly string[] = [
  headerNames.attempt,
  headerNames.reason,
  headerNames.firstError,
  headerNames.originQueue,
  headerNames.parkedAt,
  headerNames.parkedId,
];

/** Why a message is put aside. */
export interface Verdict {
  /** On which it could not be handled. */
  readonly queue: string;
  readonly reason: ParkReason;
  /** The first 1,000 characters are kept, unless an earlier error is known. */
  readonly error: string;
}

/** Puts messages that can't be handled aside, with all that a person needs to decide about them. */
export class Parking {
  #channel: ManagedChannel<ConfirmChannel> | undefined;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerConnection,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {}

  /** Opens the channel; the other methods fail before. */
  async open(): Promise<void> {
    this.#channel = await this.publishing.manageConfirmChannel();
  }

  /**
   * Resolves once the broker has the copy on disk; only then may the original be acknowledged. As long as the broker
   * does not take it, it is tried again with growing pauses.
   * @throws {PublishError} when it was ended before that: the original is then delivered again
   */
  async park(message: Message, { queue, reason, error }: Verdict, ended: AbortSignal): Promise<void> {
    const secret = secretQueues.has(queue);
    const copy = {
      exchange: names.parkingExchange,
      routingKey: this.service,
      content: secret ? Buffer.alloc(0) : message.content,
      options: {
        persistent: true,
        mandatory: true,
        userId: this.service,
        ...carriedProperties(message.properties),
        headers: {
          [headerNames.traceparent]: currentTraceparent(),
          ...carriedHeaders(message.properties),
          ...originHeaders(originOf(message, this.service)),
          ...(secret ? { [headerNames.withheldBytes]: message.content.length } : {}),
          [headerNames.reason]: reason,
          [headerNames.firstError]: textHeader(message, headerNames.firstError) ?? error.slice(0, 1_000),
          [headerNames.attempt]: numberHeader(message, headerNames.attempt) ?? 1,
          [headerNames.originQueue]: queue,
          [headerNames.parkedAt]: new Date().toISOString(),
          [headerNames.parkedId]: randomUUID(),
        },
      },
    };
    await retryUntilDone(
      () => publishConfirmed(this.#channel?.current, copy),
      ended,
      (refused, retryInMs) =>
        this.logger.error(
          { err: refused, queue, reason, retryInMs },
          'a message could not be parked, trying again',
        ),
    );
    this.metrics.messagesParked.inc({ queue, reason });
    this.logger.error({ queue, reason, error, parkedIn: names.parkingQueue(this.service) }, 'message parked');
  }

  /**
   * Gives a message back to the very queue on which it could not be handled, and to no other. Resolves once the broker
   * has it on disk; only then may the parked copy be acknowledged. Who dies in between has it in both places: it is
   * handled now, and again if somebody sends the copy back, which its id makes harmless.
   * @param parked.id names the message from now on if it had no id
   */
  async giveBack(
    message: Message,
    parked: { readonly queue: string; readonly origin: Origin; readonly id: string },
  ): Promise<void> {
    const headers = Object.entries(carriedHeaders(message.properties)).filter(
      ([name]) => !headersOfParking.includes(name),
    );
    await publishConfirmed(this.#channel?.current, {
      exchange: names.returnedExchange(this.service),
      routingKey: parked.queue,
      content: message.content,
      options: {
        persistent: true,
        mandatory: true,
        userId: this.service,
        messageId: parked.id,
        ...carriedProperties(message.properties),
        headers: { ...Object.fromEntries(headers), ...originHeaders(parked.origin) },
      },
    });
  }
}

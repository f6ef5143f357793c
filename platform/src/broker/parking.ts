import { names, type ServiceName } from '@micromall/contracts';
import type { ConfirmChannel, Message } from 'amqplib';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { headerNames, numberHeader, textHeader } from './headers.js';
import type { BrokerLink, KeptChannel } from './link.js';
import { publishConfirmed } from './publish.js';

/**
 * Why a message was put aside.
 * - `malformed`: its body is not what the contract says
 * - `exhausted`: handling it failed after every retry
 * - `failed`: a person published it, handling it failed, and nobody waits for an answer
 * - `maybe-done`: it was delivered before, carries no id, and doing it twice would be wrong
 * - `unexpected`: nobody here handles it, or it does not come from whom it should
 */
export type ParkReason = 'malformed' | 'exhausted' | 'failed' | 'maybe-done' | 'unexpected';

/** Puts messages that can't be handled aside, with all that a person needs to decide about them. */
export class Parking {
  #channel: KeptChannel<ConfirmChannel> | undefined;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerLink,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {}

  async open(): Promise<void> {
    this.#channel = await this.publishing.keepConfirmChannel(async () => undefined);
  }

  /** Resolves once the broker has the copy on disk; only then may the original be acknowledged. */
  async park(message: Message, queue: string, reason: ParkReason, error: string): Promise<void> {
    const { headers = {}, messageId, correlationId, contentType } = message.properties;
    // RabbitMQ's own account of earlier deaths must not be carried along, or it would count them again.
    const { 'x-death': _deaths, [headerNames.identity]: _identity, ...kept } = headers;
    await publishConfirmed(this.#channel?.current, names.parkingExchange, this.service, message.content, {
      persistent: true,
      mandatory: true,
      userId: this.service,
      ...(messageId === undefined ? {} : { messageId: String(messageId) }),
      ...(correlationId === undefined ? {} : { correlationId: String(correlationId) }),
      ...(contentType === undefined ? {} : { contentType: String(contentType) }),
      headers: {
        ...kept,
        [headerNames.reason]: reason,
        [headerNames.firstError]: textHeader(message, headerNames.firstError) ?? error.slice(0, 1_000),
        [headerNames.attempt]: numberHeader(message, headerNames.attempt) ?? 1,
        [headerNames.originExchange]:
          textHeader(message, headerNames.originExchange) ?? message.fields.exchange,
        [headerNames.originKey]: textHeader(message, headerNames.originKey) ?? message.fields.routingKey,
        [headerNames.originQueue]: queue,
        [headerNames.parkedAt]: new Date().toISOString(),
      },
    });
    this.metrics.messagesParked.inc({ queue, reason });
    this.logger.error({ queue, reason, error, parkedIn: names.parkingQueue(this.service) }, 'message parked');
  }
}

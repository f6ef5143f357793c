import { randomUUID } from 'node:crypto';
import { type EventContract, type EventPayloadInput, names, type ServiceName } from '@micromall/contracts';
import type { ConfirmChannel } from 'amqplib';
import type { PlatformMetrics } from '../metrics.js';
import { currentTraceparent } from '../trace.js';
import type { BrokerConnection } from './connection.js';
import { headerNames } from './headers.js';
import type { ManagedChannel } from './managed-channel.js';
import { confirmTimeoutMs, publishConfirmed } from './publish.js';

/** Publishes the events of a service. */
export class EventPublisher {
  #channel: ManagedChannel<ConfirmChannel> | undefined;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerConnection,
    private readonly metrics: PlatformMetrics,
    /** How long to wait for the broker's confirm, in milliseconds. */
    private readonly timeoutMs: number = confirmTimeoutMs,
  ) {}

  /** Opens the channel; {@link emit} fails before. */
  async open(): Promise<void> {
    this.#channel = await this.publishing.manageConfirmChannel();
  }

  /** Whether there is a channel to the broker now; without one every event fails. */
  get connected(): boolean {
    return this.#channel?.current !== undefined;
  }

  /**
   * Resolves once the broker has the event on disk, in the queue of a subscriber if it has any.
   * @param options.messageId names the event for ever: the same happening published twice has the same one
   * @param options.traceparent continues the trace in which it happened, if that is not the current one
   * @throws {PublishError} when the broker did not confirm it; publish it again later with the same message id
   */
  async emit<Contract extends EventContract>(
    contract: Contract,
    payload: EventPayloadInput<Contract>,
    options: { messageId?: string; traceparent?: string } = {},
  ): Promise<void> {
    if (contract.emitter !== this.service) throw new Error(`${contract.name} belongs to ${contract.emitter}`);
    const publication = {
      exchange: names.eventExchange(this.service),
      routingKey: contract.name,
      content: Buffer.from(JSON.stringify(payload)),
      options: {
        persistent: true,
        // Without its bindings, as while a broker is set up anew, an exchange confirms what it throws away.
        mandatory: contract.subscribers.length > 0,
        messageId: options.messageId ?? randomUUID(),
        contentType: 'application/json',
        type: contract.name,
        userId: this.service,
        headers: { [headerNames.traceparent]: options.traceparent ?? currentTraceparent() },
      },
    };
    try {
      await publishConfirmed(this.#channel?.current, publication, this.timeoutMs);
      this.metrics.eventsPublished.inc({ event: contract.name, outcome: 'confirmed' });
    } catch (error) {
      this.metrics.eventsPublished.inc({ event: contract.name, outcome: 'failed' });
      throw error;
    }
  }
}

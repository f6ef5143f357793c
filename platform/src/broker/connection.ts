import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect,
  type RecoveringChannelModel,
} from 'amqplib';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { coalesceWrites } from './coalesce-writes.js';
import { type ChannelOpener, ManagedChannel, type PrepareChannel } from './managed-channel.js';

/**
 * One connection to the broker that comes back by itself with growing delays, and rebuilds its channels.
 * A process has two (publish, consume): a connection that the broker blocks for lack of memory or disk reads
 * nothing any more, and acknowledgements must still get through
 * (https://www.rabbitmq.com/docs/connection-blocked).
 */
export class BrokerConnection {
  readonly #channels: { open(opener: ChannelOpener): Promise<void> }[] = [];
  #model: RecoveringChannelModel | undefined;
  #connected = false;
  #blocked = false;
  #closing = false;

  constructor(
    readonly name: 'publish' | 'consume',
    private readonly url: string,
    readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {}

  /** True while the connection and its channels are open. */
  get connected(): boolean {
    return this.#connected;
  }

  /** True while the broker takes no messages for lack of memory or disk. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** A channel with publisher confirms, open from now on. */
  manageConfirmChannel(): Promise<ManagedChannel<ConfirmChannel>> {
    return this.#manage(
      (opener) => opener.createConfirmChannel(),
      async (channel) => {
        // One listener for each message that is on its way.
        channel.setMaxListeners(0);
      },
    );
  }

  /** A channel for consuming, or for publishing without confirms. `lost` is called each time it is gone. */
  manageChannel(prepare: PrepareChannel<Channel>, lost?: () => void): Promise<ManagedChannel<Channel>> {
    return this.#manage((opener) => opener.createChannel(), prepare, lost);
  }

  async #manage<Kind extends Channel>(
    create: (opener: ChannelOpener) => Promise<Kind>,
    prepare: PrepareChannel<Kind>,
    lost: () => void = () => undefined,
  ): Promise<ManagedChannel<Kind>> {
    const managed = new ManagedChannel(this, create, prepare, lost);
    this.#channels.push(managed);
    if (this.#connected) await managed.open(this);
    return managed;
  }

  /** Used by the managed channels. Rejects while there is no connection. */
  createChannel(): Promise<Channel> {
    if (!this.#model) return Promise.reject(new Error('not connected to the broker'));
    return this.#model.createChannel();
  }

  /** Used by the managed channels. Rejects while there is no connection. */
  createConfirmChannel(): Promise<ConfirmChannel> {
    if (!this.#model) return Promise.reject(new Error('not connected to the broker'));
    return this.#model.createConfirmChannel();
  }

  /** Resolves once connected, however long the broker takes to be there; rejects when closed meanwhile. */
  async open(): Promise<void> {
    this.metrics.brokerConnected.set({ connection: this.name }, 0);
    const model = await connect(this.url, {
      // Nagle's algorithm and delayed acknowledgements would add 40 ms to each call.
      noDelay: true,
      clientProperties: { connection_name: this.name },
      recovery: {
        initialDelay: 100,
        maxDelay: 2_000,
        waitForConnect: false,
        setup: (connection: ChannelModel) => this.#prepare(connection),
      },
    });
    this.#model = model;
    model.on('error', (error: Error) =>
      this.logger.warn({ err: error, connection: this.name }, 'broker connection error'),
    );
    model.on('disconnect', (error: Error) => this.#disconnected(error));
    model.on('connect-failed', (error: Error) =>
      this.logger.warn(
        { reason: error.message, connection: this.name },
        'broker not reachable, trying again',
      ),
    );
    model.on('blocked', (reason: string) => {
      this.#blocked = true;
      this.logger.warn({ reason, connection: this.name }, 'the broker blocks publishing');
    });
    model.on('unblocked', () => {
      this.#blocked = false;
      this.logger.info({ connection: this.name }, 'the broker takes messages again');
    });
    await model.waitForConnect();
  }

  async #prepare(model: ChannelModel): Promise<void> {
    // A drop during the set-up would otherwise be an error event without a listener.
    model.on('error', () => undefined);
    coalesceWrites(model);
    for (const channel of this.#channels) await channel.open(model);
    this.#connected = true;
    this.#blocked = false;
    this.metrics.brokerConnected.set({ connection: this.name }, 1);
    this.logger.info({ connection: this.name }, 'connected to the broker');
  }

  #disconnected(error: Error): void {
    this.#connected = false;
    this.metrics.brokerConnected.set({ connection: this.name }, 0);
    if (!this.#closing)
      this.logger.warn({ reason: error.message, connection: this.name }, 'broker connection lost');
  }

  /** Closes the connection with all its channels; it does not come back. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#connected = false;
    await this.#model?.close().catch(() => undefined);
  }
}

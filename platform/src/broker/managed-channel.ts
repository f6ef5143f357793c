import type { Channel, ChannelModel } from 'amqplib';
import type { Logger } from '../logging.js';

/** What is done with a fresh channel: declare, consume, listen. Runs again after each reconnection. */
export type PrepareChannel<Kind extends Channel> = (channel: Kind) => Promise<void>;

/** Opens channels on a connection. */
export type ChannelOpener = Pick<ChannelModel, 'createChannel' | 'createConfirmChannel'>;

/** The connection of a channel, as far as the channel needs it. */
interface OwnConnection extends ChannelOpener {
  readonly connected: boolean;
  readonly logger: Logger;
}

const firstReopenMs = 100;
const longestReopenMs = 5_000;

/** A channel that is opened anew whenever it, or its connection, is lost. */
export class ManagedChannel<Kind extends Channel> {
  #current: Kind | undefined;
  #reopenTimer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #ended = false;

  constructor(
    private readonly connection: OwnConnection,
    private readonly create: (opener: ChannelOpener) => Promise<Kind>,
    private readonly prepare: PrepareChannel<Kind>,
    private readonly lost: () => void,
  ) {}

  /** The open channel, or undefined while there is none. */
  get current(): Kind | undefined {
    return this.#current;
  }

  /** Opens the channel; the connection calls it each time it is made. */
  async open(opener: ChannelOpener): Promise<void> {
    clearTimeout(this.#reopenTimer);
    const channel = await this.create(opener);
    // Without a listener an error event would end the process; 'close' follows it and does the work.
    channel.on('error', (error: Error) =>
      this.connection.logger.warn({ err: error }, 'channel closed by the broker'),
    );
    channel.on('close', () => this.#closed(channel));
    this.#current = channel;
    await this.prepare(channel);
    this.#attempt = 0;
  }

  /** Gives the channel up and opens another: what was not acknowledged is delivered again. */
  async reopen(): Promise<void> {
    await this.#current?.close().catch(() => undefined);
  }

  /** Sends what was published, and opens no other. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.reopen();
  }

  #closed(channel: Kind): void {
    if (this.#current !== channel) return;
    this.#current = undefined;
    this.lost();
    if (this.connection.connected && !this.#ended) this.#scheduleReopen();
  }

  #scheduleReopen(): void {
    const delayMs = Math.min(longestReopenMs, firstReopenMs * 2 ** this.#attempt++);
    this.#reopenTimer = setTimeout(() => {
      if (!this.connection.connected || this.#current) return;
      this.open(this.connection).catch((error: unknown) => {
        this.connection.logger.warn({ err: error }, 'channel could not be opened');
        if (this.connection.connected && !this.#current) this.#scheduleReopen();
      });
    }, delayMs);
    this.#reopenTimer.unref();
  }
}

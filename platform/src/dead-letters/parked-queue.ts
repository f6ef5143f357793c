import { names, type ServiceName } from '@micromall/contracts';
import type { Channel } from 'amqplib';
import type { BrokerConnection } from '../broker/connection.js';
import type { ManagedChannel } from '../broker/managed-channel.js';
import { type ParkedMessage, readParked } from './parked-message.js';

/** How the dead letters are read once, oldest first. */
export interface Scan {
  /** When to stop at the latest, in milliseconds since 1970. */
  readonly until: number;
  /** Asked after each message: whether no more are needed. */
  enough(): boolean;
  /** Decides about one message. When it rejects, the scan ends and rejects too. */
  visit(parked: ParkedMessage): Promise<'leave' | 'remove'> | 'leave' | 'remove';
}

/** The dead letters of a service, oldest first. */
export class ParkedQueue {
  #channel: ManagedChannel<Channel> | undefined;
  #scanning: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly service: ServiceName,
    private readonly consuming: BrokerConnection,
  ) {}

  /** Opens the channel; {@link scan} rejects before. */
  async open(): Promise<void> {
    this.#channel = await this.consuming.manageChannel(async () => undefined);
  }

  /**
   * Takes the messages that are there now, one after the other, and gives back those that are to stay: they keep
   * their places. One scan at a time: while another process of this service scans, fewer are seen.
   * @returns how many are there afterwards
   * @throws if the connection to the broker is lost; those that were not removed yet are then still there
   */
  scan(scan: Scan): Promise<number> {
    const scanning = this.#scanning.then(() => this.#scan(scan));
    this.#scanning = scanning.catch(() => undefined);
    return scanning;
  }

  async #scan({ until, enough, visit }: Scan): Promise<number> {
    const channel = this.#channel?.current;
    if (!channel) throw new Error('there is no connection to the broker');
    const queue = names.parkingQueue(this.service);
    let held = 0;
    let behind = 0;
    try {
      let message = await channel.get(queue);
      // What is put aside during the scan waits for the next one: sent back, it may come again at once.
      let unseen = message ? message.fields.messageCount + 1 : 0;
      while (message) {
        held += 1;
        unseen -= 1;
        if ((await visit(readParked(message, this.service))) === 'remove') {
          channel.ack(message);
          held -= 1;
        }
        behind = message.fields.messageCount;
        if (unseen === 0 || enough() || Date.now() >= until) break;
        message = await channel.get(queue);
      }
      return held + behind;
    } finally {
      if (held > 0) requeueAll(channel);
    }
  }
}

/** The next scan goes through the same channel, so it finds everything in its place again. */
function requeueAll(channel: Channel): void {
  try {
    channel.nackAll(true);
  } catch {
    // A closed channel has given everything back already.
  }
}

import { names, type ServiceName } from '@micromall/contracts';
import type { Channel } from 'amqplib';
import type { BrokerLink, KeptChannel } from '../broker/link.js';
import { type ParkedMessage, readParked } from './parked-message.js';

/** One look through the dead letters. */
export interface Walk {
  /** When to stop at the latest, in milliseconds since 1970. */
  readonly until: number;
  /** Asked after each message: whether no more need be seen. */
  enough(): boolean;
  visit(parked: ParkedMessage): Promise<'leave' | 'remove'> | 'leave' | 'remove';
}

/** The dead letters of a service, oldest first. */
export class ParkedQueue {
  #channel: KeptChannel<Channel> | undefined;
  #walking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly service: ServiceName,
    private readonly consuming: BrokerLink,
  ) {}

  async open(): Promise<void> {
    this.#channel = await this.consuming.keepChannel(async () => undefined);
  }

  /**
   * Takes the messages that are there now, one after the other, and gives back those that are to stay: they keep
   * their places. One walk at a time: while another process of this service walks, fewer are seen.
   * @returns how many are there afterwards
   * @throws if the connection to the broker is lost; those that were not removed yet are then still there
   */
  walk(walk: Walk): Promise<number> {
    const walking = this.#walking.then(() => this.#walk(walk));
    this.#walking = walking.catch(() => undefined);
    return walking;
  }

  async #walk({ until, enough, visit }: Walk): Promise<number> {
    const channel = this.#channel?.current;
    if (!channel) throw new Error('there is no connection to the broker');
    const queue = names.parkingQueue(this.service);
    let held = 0;
    let behind = 0;
    try {
      let message = await channel.get(queue);
      // What is put aside during the walk waits for the next one: sent back, it may come again at once.
      let toSee = message ? message.fields.messageCount + 1 : 0;
      while (message) {
        held += 1;
        toSee -= 1;
        if ((await visit(readParked(message, this.service))) === 'remove') {
          channel.ack(message);
          held -= 1;
        }
        behind = message.fields.messageCount;
        if (toSee === 0 || enough() || Date.now() >= until) break;
        message = await channel.get(queue);
      }
      return held + behind;
    } finally {
      if (held > 0) giveBackAll(channel);
    }
  }
}

/** The next walk goes through the same channel, so it finds everything in its place again. */
function giveBackAll(channel: Channel): void {
  try {
    channel.nackAll(true);
  } catch {
    // A closed channel has given everything back already.
  }
}

import { randomUUID } from 'node:crypto';
import { names, virtualHost } from '@micromall/contracts';
import { type Management, managementApi } from '@micromall/launcher/broker/management';
import { until } from '@micromall/launcher/processes/waiting';
import { connect } from 'amqplib';
import { type Gui, guiOf } from './gui.js';
import type { ShopAddress } from './shop/address.js';

const answerWithinMs = 15_000;

/** The shop's operator at the RabbitMQ GUI, through the API on which its pages stand. */
export interface Operator extends Gui {
  readonly management: Management;
  /**
   * Sends a request to a queue as the GUI does, and returns the answer. It goes over AMQP, since tests ask often.
   * @throws when there is no answer within 15 s, or the broker goes away
   */
  ask(queue: string, payload: object): Promise<unknown>;
  /** The answer in `gui-replies` with this correlation id, once it is there. */
  answerTo(correlationId: string): Promise<unknown>;
}

export function operatorAt({ urls, credentials }: Pick<ShopAddress, 'urls' | 'credentials'>): Operator {
  const management = managementApi(urls.management, credentials.gui);
  const gui = guiOf(management, virtualHost);
  /** Answers that came while another was waited for. */
  const received = new Map<unknown, string>();
  let link: Promise<Link> | undefined;

  function current(): Promise<Link> {
    link ??= openLink(urls.broker, () => {
      link = undefined;
    }).catch((error: unknown) => {
      link = undefined;
      throw error;
    });
    return link;
  }

  return {
    management,
    ...gui,
    ask: async (queue, payload) => (await current()).ask(queue, payload),
    async answerTo(correlationId) {
      await until(async () => {
        if (received.has(correlationId)) return true;
        for (const { properties, payload } of await gui.take(names.guiReplies, 20)) {
          received.set(properties.correlation_id, payload);
        }
        return received.has(correlationId);
      }, answerWithinMs);
      const answer = received.get(correlationId);
      if (answer === undefined) throw new Error(`no answer to ${correlationId} in ${names.guiReplies}`);
      received.delete(correlationId);
      return JSON.parse(answer);
    },
  };
}

interface Link {
  ask(queue: string, payload: object): Promise<unknown>;
}

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Opens a connection with an answer queue of its own, bound to `reply`. */
async function openLink(url: string, onClose: () => void): Promise<Link> {
  const connection = await connect(url, { noDelay: true });
  const pending = new Map<string, Pending>();
  // What is wrong is said by the calls that fail.
  connection.on('error', () => undefined);
  connection.on('close', () => {
    onClose();
    for (const { reject } of pending.values()) reject(new Error('the connection to the broker was lost'));
  });
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(replyTo, names.replyExchange, replyTo);
  await channel.consume(
    replyTo,
    (message) => {
      if (message === null) return;
      pending.get(String(message.properties.correlationId))?.resolve(JSON.parse(message.content.toString()));
    },
    { noAck: true },
  );

  return {
    async ask(queue, payload) {
      const correlationId = randomUUID();
      const timer = setTimeout(() => {
        pending.get(correlationId)?.reject(new Error(`no answer from ${queue} within ${answerWithinMs} ms`));
      }, answerWithinMs);
      try {
        return await new Promise((resolve, reject) => {
          pending.set(correlationId, { resolve, reject });
          channel.sendToQueue(queue, Buffer.from(JSON.stringify(payload)), { replyTo, correlationId });
        });
      } finally {
        clearTimeout(timer);
        pending.delete(correlationId);
      }
    },
  };
}

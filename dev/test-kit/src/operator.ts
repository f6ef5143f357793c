import { randomUUID } from 'node:crypto';
import { names, virtualHost } from '@micromall/contracts';
import { type Management, managementApi } from '@micromall/launcher/broker/management';
import { pathPart } from '@micromall/launcher/broker/topology';
import { until } from '@micromall/launcher/processes/waiting';
import type { Shop } from '@micromall/launcher/shop/shop';
import { type Gui, guiOf } from './gui.js';

const answerWithinMs = 15_000;
/** A queue of answers that nobody looks into any more is gone after this time. */
const unusedForMs = 30 * 60_000;

/** The shop's operator at the RabbitMQ GUI, through the API on which its pages stand. */
export interface Operator extends Gui {
  readonly management: Management;
  /** Publishes, and waits for the answer with the same correlation id in a queue of its own, bound to `reply`. */
  ask(queue: string, payload: object): Promise<unknown>;
  /** The answer in `gui-replies` with this correlation id, once it is there. */
  answerTo(correlationId: string): Promise<unknown>;
}

export function operatorAt(shop: {
  readonly urls: Pick<Shop['urls'], 'management'>;
  readonly credentials: Pick<Shop['credentials'], 'gui'>;
}): Operator {
  const management = managementApi(shop.urls.management, shop.credentials.gui);
  const gui = guiOf(management, virtualHost);
  const answersInGuiReplies = answersIn(gui, names.guiReplies);
  let own: Promise<Answers> | undefined;

  /** Everybody who looks into `gui-replies` takes what is there; in a queue of one's own nobody else does. */
  async function openOwnQueue(): Promise<Answers> {
    const queue = `replies.${randomUUID()}`;
    const vhost = pathPart(virtualHost);
    const lifetime = { 'x-expires': unusedForMs };
    await management.put(`queues/${vhost}/${queue}`, { durable: true, arguments: lifetime });
    await management.post(`bindings/${vhost}/e/${names.replyExchange}/q/${queue}`, { routing_key: queue });
    return answersIn(gui, queue);
  }

  return {
    management,
    ...gui,
    answerTo: (correlationId) => answersInGuiReplies.wait(correlationId),
    async ask(queue, payload) {
      own ??= openOwnQueue().catch((error: unknown) => {
        own = undefined;
        throw error;
      });
      const answers = await own;
      const correlationId = randomUUID();
      const properties = { reply_to: answers.queue, correlation_id: correlationId };
      await gui.publish(queue, JSON.stringify(payload), properties);
      return answers.wait(correlationId);
    },
  };
}

interface Answers {
  readonly queue: string;
  wait(correlationId: string): Promise<unknown>;
}

function answersIn(gui: Gui, queue: string): Answers {
  /** Answers that came while another was looked for. */
  const come = new Map<unknown, string>();
  return {
    queue,
    async wait(correlationId) {
      await until(async () => {
        if (come.has(correlationId)) return true;
        for (const message of await gui.take(queue, 20)) {
          come.set(message.properties.correlation_id, message.payload);
        }
        return come.has(correlationId);
      }, answerWithinMs);
      const answer = come.get(correlationId);
      if (answer === undefined) throw new Error(`no answer to ${correlationId} in ${queue}`);
      come.delete(correlationId);
      return JSON.parse(answer);
    },
  };
}

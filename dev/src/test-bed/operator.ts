import { names, virtualHost } from '@micromall/contracts';
import { type Management, managementApi } from '../broker/management.js';
import type { Shop } from '../launcher/shop-types.js';
import { until } from '../processes/waiting.js';
import { type Gui, guiOf } from './gui.js';

const answerWithinMs = 15_000;

/** The shop's operator at the RabbitMQ GUI, through the API on which its pages stand. */
export interface Operator extends Gui {
  readonly management: Management;
  /** Publishes with `reply_to: gui-replies` and waits for the answer that carries the same correlation id. */
  ask(queue: string, payload: object): Promise<unknown>;
  /** The answer in `gui-replies` with this correlation id, once it is there. */
  answerTo(correlationId: string): Promise<unknown>;
}

let asked = 0;

export function operatorAt(shop: {
  readonly urls: Pick<Shop['urls'], 'management'>;
  readonly credentials: Pick<Shop['credentials'], 'gui'>;
}): Operator {
  const management = managementApi(shop.urls.management, shop.credentials.gui);
  const gui = guiOf(management, virtualHost);
  /** Answers that came while another was looked for. */
  const answers = new Map<unknown, string>();

  async function answerTo(correlationId: string): Promise<unknown> {
    const come = await until(async () => {
      for (const message of await gui.take(names.guiReplies, 20)) {
        answers.set(message.properties.correlation_id, message.payload);
      }
      return answers.has(correlationId);
    }, answerWithinMs);
    const answer = answers.get(correlationId);
    if (!come || answer === undefined)
      throw new Error(`no answer to ${correlationId} in ${names.guiReplies}`);
    answers.delete(correlationId);
    return JSON.parse(answer);
  }

  return {
    management,
    ...gui,
    answerTo,
    async ask(queue, payload) {
      asked += 1;
      const correlationId = `operator-${process.pid}-${asked}`;
      const properties = { reply_to: names.guiReplies, correlation_id: correlationId };
      await gui.publish(queue, JSON.stringify(payload), properties);
      return answerTo(correlationId);
    },
  };
}

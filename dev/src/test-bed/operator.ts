import { virtualHost } from '@micromall/contracts';
import { type Management, managementApi } from '../broker/management.js';
import type { Shop } from '../launcher/shop-types.js';
import { until } from '../processes/waiting.js';
import { type FetchedMessage, type Gui, guiOf } from './gui.js';

const answerWithinMs = 15_000;

/** The shop's operator at the RabbitMQ GUI, through the API on which its pages stand. */
export interface Operator extends Gui {
  readonly management: Management;
  /** Publishes with `reply_to: gui-replies` and waits for the answer that carries the same correlation id. */
  ask(queue: string, payload: object): Promise<unknown>;
}

let asked = 0;

export function operatorAt(shop: Pick<Shop, 'urls' | 'credentials'>): Operator {
  const management = managementApi(shop.urls.management, shop.credentials.gui);
  const gui = guiOf(management, virtualHost);
  return {
    management,
    ...gui,
    async ask(queue, payload) {
      asked += 1;
      const correlationId = `operator-${process.pid}-${asked}`;
      await gui.publish(queue, JSON.stringify(payload), {
        reply_to: 'gui-replies',
        correlation_id: correlationId,
      });
      let answer: FetchedMessage | undefined;
      await until(async () => {
        const messages = await gui.take('gui-replies', 10);
        answer = messages.find((message) => message.properties.correlation_id === correlationId);
        return answer !== undefined;
      }, answerWithinMs);
      if (!answer) throw new Error(`${queue} did not answer in gui-replies`);
      return JSON.parse(answer.payload);
    },
  };
}

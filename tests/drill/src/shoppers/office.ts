import type { Operator } from '@micromall/test-kit';
import { z } from 'zod';
import type { Afterwards } from '../plan/visits.js';
import { notYet, PatienceLost, persist } from './patience.js';

const reply = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);

/** The shop's operator, who takes orders on and gives money back, one after the other, at the RabbitMQ GUI. */
export interface Office {
  /** Puts something on the desk. */
  take(orderId: string, afterwards: Afterwards): void;
  /** What lies on the desk. */
  waiting(): number;
  /** Resolves with what could not be done when the desk is empty. */
  close(): Promise<readonly string[]>;
}

type Task = 'accept-order' | 'refund';

const tasks: Record<Afterwards, readonly Task[]> = {
  nothing: [],
  accept: ['accept-order'],
  refund: ['refund'],
  'refund twice at once': ['refund', 'refund'],
  'accept and refund at once': ['accept-order', 'refund'],
};

export function openOffice(operator: Operator, patienceMs: number): Office {
  const undone: string[] = [];
  let waiting = 0;
  let desk: Promise<void> = Promise.resolve();

  async function does(task: Task, orderId: string, isContested: boolean): Promise<void> {
    await persist(`${task} of order ${orderId}`, patienceMs, async () => {
      const answer = reply.parse(await operator.ask(task, { orderId }));
      if (answer.ok) return answer;
      // The refund was quicker: what is given back can't be taken on.
      if (isContested && task === 'accept-order' && answer.error.code === 'wrong-state') return answer;
      return notYet(answer.error.message);
    });
  }

  return {
    take(orderId, afterwards) {
      const wanted = tasks[afterwards];
      if (wanted.length === 0) return;
      waiting += 1;
      const isContested = wanted.includes('refund');
      desk = desk
        .then(async () => {
          await Promise.all(wanted.map((task) => does(task, orderId, isContested)));
        })
        .catch((error: unknown) => {
          if (!(error instanceof PatienceLost)) throw error;
          undone.push(error.message);
        })
        .finally(() => {
          waiting -= 1;
        });
    },
    waiting: () => waiting,
    async close() {
      await desk;
      return undone;
    },
  };
}

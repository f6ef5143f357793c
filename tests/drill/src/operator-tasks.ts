import type { Operator } from '@micromall/test-kit/operator';
import { z } from 'zod';
import type { Afterwards } from './plan/visits.js';
import { notYet, RetryTimeout, retry } from './shoppers/retry.js';

const reply = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);

/** What the shop's operator does with paid orders, one after the other: accepts and refunds. */
export interface OperatorTasks {
  add(orderId: string, afterwards: Afterwards): void;
  /** Resolves when all is done, with what could not be done. */
  finish(): Promise<readonly string[]>;
}

type Task = 'accept-order' | 'refund';

const tasks: Record<Afterwards, readonly Task[]> = {
  nothing: [],
  accept: ['accept-order'],
  refund: ['refund'],
  'refund twice at once': ['refund', 'refund'],
  'accept and refund at once': ['accept-order', 'refund'],
};

export function createOperatorTasks(operator: Operator, timeoutMs: number): OperatorTasks {
  const undone: string[] = [];
  let last: Promise<void> = Promise.resolve();

  async function perform(task: Task, orderId: string, isContested: boolean): Promise<void> {
    await retry(`${task} of order ${orderId}`, timeoutMs, async () => {
      const answer = reply.parse(await operator.ask(task, { orderId }));
      if (answer.ok) return answer;
      // The refund was quicker: what is given back can't be taken on.
      if (isContested && task === 'accept-order' && answer.error.code === 'wrong-state') return answer;
      return notYet(answer.error.message);
    });
  }

  return {
    add(orderId, afterwards) {
      const wanted = tasks[afterwards];
      if (wanted.length === 0) return;
      const isContested = wanted.includes('refund');
      last = last
        .then(async () => {
          await Promise.all(wanted.map((task) => perform(task, orderId, isContested)));
        })
        .catch((error: unknown) => {
          if (!(error instanceof RetryTimeout)) throw error;
          undone.push(error.message);
        });
    },
    async finish() {
      await last;
      return undone;
    },
  };
}

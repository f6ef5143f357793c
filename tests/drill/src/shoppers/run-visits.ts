import { setTimeout as pause } from 'node:timers/promises';
import type { Visit } from '../plan/visits.js';
import type { RetryingShopper } from './retrying-shopper.js';
import { makeVisit, type VisitContext, type VisitEnd } from './visit.js';

export interface VisitRun {
  readonly newShopper: (name: string) => RetryingShopper;
  readonly context: VisitContext;
  /** Called before each visit; it begins when this resolves. */
  readonly begins: (visit: Visit) => Promise<void>;
  readonly ended: (visit: Visit, end: VisitEnd) => void;
}

/** Every shopper makes the planned visits one after the other, all shoppers at once. */
export async function runVisits(visits: readonly Visit[], run: VisitRun): Promise<void> {
  const numbers = new Set(visits.map((visit) => visit.shopper));
  await Promise.all(
    [...numbers].map(async (number) => {
      const own = visits.filter((visit) => visit.shopper === number);
      const shopper = run.newShopper(`shopper-${number}`);
      let isNew = true;
      for (const visit of own) {
        await run.begins(visit);
        isNew = await visitOnce(shopper, isNew, visit, run);
      }
    }),
  );
}

/** One visit begins each `everyMs`, whether or not the ones before have ended; resolves when all have. */
export async function runVisitsSteadily(
  visits: readonly Visit[],
  everyMs: number,
  run: VisitRun,
): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  const started = performance.now();
  for (const [index, visit] of visits.entries()) {
    await pause(Math.max(0, started + index * everyMs - performance.now()));
    await run.begins(visit);
    underWay.push(visitOnce(run.newShopper(`guest-${visit.number}`), true, visit, run));
  }
  await Promise.all(underWay);
}

/** @returns whether the next visit needs somebody new: who left something behind in the cart does not come back */
async function visitOnce(
  shopper: RetryingShopper,
  isNew: boolean,
  visit: Visit,
  { context, ended }: VisitRun,
): Promise<boolean> {
  const end = await makeVisit(shopper, isNew, visit, context);
  ended(visit, end);
  return end.is !== 'paid';
}

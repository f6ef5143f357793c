import { setTimeout as pause } from 'node:timers/promises';
import type { Visit } from '../plan/visits.js';
import { makeVisit, type VisitEnd, type VisitGround } from './visit.js';
import type { Visitor } from './visitor.js';

export interface Crowd {
  readonly newVisitor: (name: string) => Visitor;
  readonly ground: VisitGround;
  /** Called before each visit; it begins when this resolves. */
  readonly begins: (visit: Visit) => Promise<void>;
  readonly ended: (visit: Visit, end: VisitEnd) => void;
}

/** Every shopper makes the planned visits one after the other, all shoppers at once. */
export async function goShopping(visits: readonly Visit[], crowd: Crowd): Promise<void> {
  const shoppers = new Set(visits.map(({ shopper }) => shopper));
  await Promise.all(
    [...shoppers].map(async (shopper) => {
      const own = visits.filter((visit) => visit.shopper === shopper);
      const visitor = crowd.newVisitor(`shopper-${shopper}`);
      let isNew = true;
      for (const visit of own) {
        await crowd.begins(visit);
        isNew = await visitOnce(visitor, isNew, visit, crowd);
      }
    }),
  );
}

/** One visit begins each `everyMs`, whether or not the ones before have ended; resolves when all have. */
export async function goShoppingSteadily(
  visits: readonly Visit[],
  everyMs: number,
  crowd: Crowd,
): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  const started = performance.now();
  for (const [index, visit] of visits.entries()) {
    await pause(Math.max(0, started + index * everyMs - performance.now()));
    await crowd.begins(visit);
    underWay.push(visitOnce(crowd.newVisitor(`guest-${visit.number}`), true, visit, crowd));
  }
  await Promise.all(underWay);
}

/** @returns whether the next visit needs somebody new: who left something behind in the cart does not come back */
async function visitOnce(
  visitor: Visitor,
  isNew: boolean,
  visit: Visit,
  { ground, ended }: Crowd,
): Promise<boolean> {
  const end = await makeVisit(visitor, isNew, visit, ground);
  ended(visit, end);
  return end.is !== 'paid';
}

import { serviceNames } from '@micromall/contracts';
import { type Random, randomFor } from '../random.js';

/** Everything of a shop that runs as a process. */
export const processNames = [...serviceNames, 'rabbitmq', 'mongo', 'stripe-sandbox'] as const;
export type ProcessName = (typeof processNames)[number];

/** How the stand-in delivers its webhooks for a while. */
export const deliveries = {
  normal: {},
  duplicated: { duplicate: 2 },
  delayed: { delayMs: 1_500 },
  dropped: { drop: { probability: 0.5 }, retryDelaysMs: [300, 1_000, 3_000] },
  reordered: { reorder: true },
  'lost for good': { drop: { probability: 1 }, retryDelaysMs: [] },
  'all at once': {
    duplicate: 1,
    delayMs: 700,
    drop: { probability: 0.3 },
    reorder: true,
    retryDelaysMs: [500, 2_000],
  },
} as const satisfies Record<string, object>;
export type Delivery = keyof typeof deliveries;

/** How the next calls of the shop to the stand-in's API go wrong. */
export interface StripeFault {
  readonly fault: 'error' | 'drop' | 'delay';
  readonly when: 'before' | 'after';
  readonly count: number;
  readonly delayMs: number;
  readonly path: '/v1/checkout/sessions' | '/v1/refunds';
}

/** What is injected once a number of visits has begun, or has ended if it concerns the stand-in. */
export type Fault = { readonly afterVisits: number } & FaultKind;
export type FaultKind =
  | { readonly is: 'kill' | 'hang'; readonly process: ProcessName; readonly forMs: number }
  | { readonly is: 'delivery'; readonly delivery: Delivery; readonly seed: number }
  | { readonly is: 'stripe-fault'; readonly fault: StripeFault };

/** About so many visits belong to one round, in which every process is killed once. */
const visitsPerRound = 110;
const hangsPerRound = 4;
const stripeFaultsPerRound = 3;
/** The first visits find a shop in order, the last faults still have visits to disturb. */
const firstShare = 0.05;
const lastShare = 0.9;
/** A drill of this many visits is a long one: broker, database and stand-in are each away for a minute, too. */
const longDrillVisits = 600;
const aMinute = 60_000;

/** @param visits how many there will be; every process is killed at least once, whatever the number */
export function planFaults(seed: number, visits: number): Fault[] {
  // The old name of faults: a seed keeps its plan.
  const random = randomFor(seed, 'incidents');
  const rounds = Math.max(1, Math.round(visits / visitsPerRound));
  const first = visits * firstShare;
  const perRound = (visits * (lastShare - firstShare)) / rounds;
  const planned: Fault[] = [];

  for (let round = 0; round < rounds; round += 1) {
    const begins = first + round * perRound;
    const kills = processNames.map(
      (process) => ({ is: 'kill', process, forMs: random.between(0, 2_500) }) as const,
    );
    const hung = random.shuffled(processNames).slice(0, hangsPerRound);
    const hangs = hung.map(
      (process) => ({ is: 'hang', process, forMs: random.between(1_000, 4_000) }) as const,
    );
    const stripeFaults = Array.from({ length: stripeFaultsPerRound }, () => stripeFault(random));
    const changes = random
      .shuffled(deliveryNames)
      .map((delivery) => ({ is: 'delivery', delivery, seed: random.between(1, 1_000_000) }) as const);
    // Each lasts equally long, so that some payments are made meanwhile.
    planned.push(
      ...spread(random.shuffled<FaultKind>([...kills, ...hangs, ...stripeFaults]), begins, perRound),
      ...spread(changes, begins, perRound),
    );
  }
  return [...planned, ...longOutages(visits)].sort((a, b) => a.afterVisits - b.afterVisits);
}

/** Evenly over so many visits. */
function spread(kinds: readonly FaultKind[], begins: number, visits: number): Fault[] {
  const step = visits / kinds.length;
  return kinds.map((kind, index) => ({
    ...kind,
    afterVisits: Math.floor(begins + index * step),
  }));
}

const deliveryNames: readonly Delivery[] = [
  'normal',
  'duplicated',
  'delayed',
  'dropped',
  'reordered',
  'lost for good',
  'all at once',
];

function stripeFault(random: Random): FaultKind {
  return {
    is: 'stripe-fault',
    fault: {
      fault: random.pick(['drop', 'error', 'delay']),
      when: random.pick(['before', 'after']),
      count: random.between(1, 4),
      delayMs: random.between(1_000, 3_000),
      path: random.pick(['/v1/checkout/sessions', '/v1/checkout/sessions', '/v1/refunds']),
    },
  };
}

/** One after the other, well apart. */
function longOutages(visits: number): Fault[] {
  if (visits < longDrillVisits) return [];
  return (['rabbitmq', 'mongo', 'stripe-sandbox'] as const).map((process, index) => ({
    is: 'kill',
    process,
    forMs: aMinute,
    afterVisits: Math.floor(visits * (0.25 + index * 0.25)),
  }));
}

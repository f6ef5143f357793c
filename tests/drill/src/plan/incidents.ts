import { serviceNames } from '@micromall/contracts';
import { type Chance, chanceOf } from '../chance.js';

/** Everything of a shop that runs as a process. */
export const processNames = [...serviceNames, 'rabbitmq', 'mongo', 'stripe-sandbox'] as const;
export type ProcessName = (typeof processNames)[number];

/** How the stand-in delivers its webhooks for a while. */
export const weathers = {
  fair: {},
  duplicated: { duplicate: 2 },
  delayed: { delayMs: 1_500 },
  dropped: { drop: { probability: 0.5 }, retryDelaysMs: [300, 1_000, 3_000] },
  reordered: { reorder: true },
  'lost for good': { drop: { probability: 1 }, retryDelaysMs: [] },
  foul: {
    duplicate: 1,
    delayMs: 700,
    drop: { probability: 0.3 },
    reorder: true,
    retryDelaysMs: [500, 2_000],
  },
} as const satisfies Record<string, object>;
export type Weather = keyof typeof weathers;

/** How the next calls of the shop to the stand-in's API go wrong. */
export interface StripeFault {
  readonly fault: 'error' | 'drop' | 'delay';
  readonly when: 'before' | 'after';
  readonly count: number;
  readonly delayMs: number;
  readonly path: '/v1/checkout/sessions' | '/v1/refunds';
}

/** What befalls the shop once a number of visits has begun, or has ended if it befalls the stand-in's manners. */
export type Incident = { readonly afterVisits: number } & Happening;
export type Happening =
  | { readonly is: 'kill' | 'hang'; readonly process: ProcessName; readonly forMs: number }
  | { readonly is: 'weather'; readonly weather: Weather; readonly seed: number }
  | { readonly is: 'stripe-fault'; readonly fault: StripeFault };

/** About so many visits belong to one round, in which every process is killed once. */
const visitsPerRound = 110;
const hangsPerRound = 4;
const stripeFaultsPerRound = 3;
/** The first visits find a shop in order, the last incidents still have visits to disturb. */
const firstShare = 0.05;
const lastShare = 0.9;
/** A drill of this many visits is a long one: broker, database and stand-in are each away for a minute, too. */
const longDrillVisits = 600;
const aMinute = 60_000;

/** @param visits how many there will be; every process is killed at least once, whatever the number */
export function planIncidents(seed: number, visits: number): Incident[] {
  const chance = chanceOf(seed, 'incidents');
  const rounds = Math.max(1, Math.round(visits / visitsPerRound));
  const first = visits * firstShare;
  const perRound = (visits * (lastShare - firstShare)) / rounds;
  const incidents: Incident[] = [];

  for (let round = 0; round < rounds; round += 1) {
    const begins = first + round * perRound;
    const kills = processNames.map(
      (process) => ({ is: 'kill', process, forMs: chance.between(0, 2_500) }) as const,
    );
    const hung = chance.shuffled(processNames).slice(0, hangsPerRound);
    const hangs = hung.map(
      (process) => ({ is: 'hang', process, forMs: chance.between(1_000, 4_000) }) as const,
    );
    const faults = Array.from({ length: stripeFaultsPerRound }, () => stripeFault(chance));
    const changes = chance
      .shuffled(weatherNames)
      .map((weather) => ({ is: 'weather', weather, seed: chance.between(1, 1_000_000) }) as const);
    // Each weather lasts equally long, so that some payments meet it.
    incidents.push(
      ...spread(chance.shuffled<Happening>([...kills, ...hangs, ...faults]), begins, perRound),
      ...spread(changes, begins, perRound),
    );
  }
  return [...incidents, ...longAbsences(visits)].sort((a, b) => a.afterVisits - b.afterVisits);
}

/** Evenly over so many visits. */
function spread(happenings: readonly Happening[], begins: number, visits: number): Incident[] {
  const step = visits / happenings.length;
  return happenings.map((happening, index) => ({
    ...happening,
    afterVisits: Math.floor(begins + index * step),
  }));
}

const weatherNames: readonly Weather[] = [
  'fair',
  'duplicated',
  'delayed',
  'dropped',
  'reordered',
  'lost for good',
  'foul',
];

function stripeFault(chance: Chance): Happening {
  return {
    is: 'stripe-fault',
    fault: {
      fault: chance.pick(['drop', 'error', 'delay']),
      when: chance.pick(['before', 'after']),
      count: chance.between(1, 4),
      delayMs: chance.between(1_000, 3_000),
      path: chance.pick(['/v1/checkout/sessions', '/v1/checkout/sessions', '/v1/refunds']),
    },
  };
}

/** One after the other, well apart. */
function longAbsences(visits: number): Incident[] {
  if (visits < longDrillVisits) return [];
  return (['rabbitmq', 'mongo', 'stripe-sandbox'] as const).map((process, index) => ({
    is: 'kill',
    process,
    forMs: aMinute,
    afterVisits: Math.floor(visits * (0.25 + index * 0.25)),
  }));
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Shop } from '@micromall/launcher';
import type { Operator } from '@micromall/test-kit/operator';
import { z } from 'zod';
import type { DrillOptions } from './options.js';
import { planVisits } from './plan/visits.js';
import type { Progress } from './progress.js';
import { runVisitsSteadily, type VisitRun } from './shoppers/run-visits.js';

/** What a process held at one moment. */
export interface Sample {
  /** Since the beginning, in milliseconds. */
  readonly atMs: number;
  readonly process: string;
  readonly megabytes: number;
  /** Of the broker; none for what does not use it. */
  readonly channels: number;
  readonly connections: number;
}

/** A process in the second minute and in the last one, on average. */
export interface SoakRow {
  readonly process: string;
  readonly megabytes: Change;
  readonly channels: Change;
  readonly connections: Change;
}

export interface Change {
  readonly before: number;
  readonly after: number;
}

export interface Soak {
  readonly minutes: number;
  readonly visits: number;
  readonly paid: number;
  readonly rows: readonly SoakRow[];
  readonly failures: readonly string[];
}

/** Steady, and well below what a small machine can serve. */
export const soakVisitsPerMinute = 40;
/** What a process holds at the end may differ by so much from its second minute. */
export const soakTolerance = 0.1;

const sampleEveryMs = 5_000;
const minute = 60_000;
const userList = z.array(z.object({ user: z.string() }));

interface SoakOptions {
  readonly shop: Shop;
  readonly operator: Operator;
  readonly options: Pick<DrillOptions, 'seed' | 'shoppers' | 'soakMinutes'>;
  readonly progress: Progress;
  readonly run: Pick<VisitRun, 'newShopper' | 'context'>;
}

/** Visits at a steady rate with nothing broken, while memory, channels and connections are watched. */
export async function soak({ shop, operator, options, progress, run }: SoakOptions): Promise<Soak> {
  const { seed, shoppers, soakMinutes: minutes } = options;
  // Fewer purchases are planned than visits, because some visits end otherwise.
  const visits = planVisits(seed + 1, minutes * soakVisitsPerMinute, shoppers).slice(
    0,
    minutes * soakVisitsPerMinute,
  );
  const started = Date.now();
  const samples: Sample[] = [];
  const failures: string[] = [];
  let ended = 0;
  let paid = 0;
  progress.show(
    () =>
      `soak: minute ${Math.ceil((Date.now() - started) / minute)} of ${minutes} · ${ended} visits · ${paid} paid`,
  );

  let sampling = Promise.resolve();
  const sampler = setInterval(() => {
    sampling = sampling
      .then(async () => void samples.push(...(await takeSamples(shop, operator, Date.now() - started))))
      .catch((error: unknown) => progress.say(`  no sample: ${String(error)}`));
  }, sampleEveryMs);
  try {
    await runVisitsSteadily(visits, minute / soakVisitsPerMinute, {
      ...run,
      begins: async () => undefined,
      ended(visit, end) {
        ended += 1;
        if (end.is === 'paid') paid += 1;
        if (end.is === 'gave up')
          failures.push(`soak visit ${visit.number} (${visit.behaviour}): ${end.because}`);
      },
    });
  } finally {
    clearInterval(sampler);
    await sampling;
  }
  return { minutes, visits: ended, paid, rows: soakRows(samples, minutes * minute), failures };
}

/** The second minute of a soak against its last one. */
export function soakRows(samples: readonly Sample[], endMs: number): SoakRow[] {
  const second = samples.filter(({ atMs }) => atMs >= minute && atMs < 2 * minute);
  const last = samples.filter(({ atMs }) => atMs >= endMs - minute && atMs < endMs);
  return [...new Set(samples.map((sample) => sample.process))].map((process) => {
    const before = second.filter((sample) => sample.process === process);
    const after = last.filter((sample) => sample.process === process);
    const change = (of: (sample: Sample) => number): Change => ({
      before: average(before.map(of)),
      after: average(after.map(of)),
    });
    return {
      process,
      megabytes: change(({ megabytes }) => megabytes),
      channels: change(({ channels }) => channels),
      connections: change(({ connections }) => connections),
    };
  });
}

/** Whether a process holds at the end no more than a tenth above or below what it held in its second minute. */
export function isSteady({ before, after }: Change): boolean {
  return Math.abs(after - before) <= before * soakTolerance;
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function takeSamples(shop: Shop, { management }: Operator, atMs: number): Promise<Sample[]> {
  const resident = await residentByGroup();
  const channels = countByUser(userList.parse(await management.get('channels?columns=user')));
  const connections = countByUser(userList.parse(await management.get('connections?columns=user')));
  return shop.processNames.flatMap((process) => {
    const pid = shop.process(process).pid();
    const megabytes = pid === undefined ? undefined : resident.get(pid);
    if (megabytes === undefined) return [];
    return [
      {
        atMs,
        process,
        megabytes,
        channels: channels.get(process) ?? 0,
        connections: connections.get(process) ?? 0,
      },
    ];
  });
}

/** Each process of the shop leads a process group of its own, in which its children are. Megabytes by its number. */
async function residentByGroup(): Promise<Map<number, number>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss=']);
  const groups = new Map<number, number>();
  for (const line of stdout.trim().split('\n')) {
    const [group = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
    groups.set(group, (groups.get(group) ?? 0) + kilobytes / 1_024);
  }
  return groups;
}

function countByUser(list: z.output<typeof userList>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { user } of list) counts.set(user, (counts.get(user) ?? 0) + 1);
  return counts;
}

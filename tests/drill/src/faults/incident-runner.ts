import { until } from '@micromall/launcher';
import type { Happening, Incident } from '../plan/incidents.js';
import { persist } from '../shoppers/patience.js';
import type { Processes } from './processes.js';
import type { StandIn } from './stand-in.js';

/** Lets incidents happen as visits go on. */
export interface IncidentRunner {
  /** One more visit wants to begin; resolves when those incidents that must be under way are. */
  visitBegins(): Promise<void>;
  /** One more visit is over. */
  visitEnds(): void;
  /** Resolves when everything has happened and is over; rejects if something could not be revived. */
  finish(): Promise<void>;
  /** What has happened so far, in its order. */
  happened(): readonly Incident[];
}

export interface IncidentRunnerOptions {
  readonly incidents: readonly Incident[];
  readonly processes: Processes;
  readonly standIn: StandIn;
  readonly say: (line: string) => void;
  /** How many visits may be ahead of the incidents, so that nothing breaks in an empty shop. */
  readonly slack: number;
}

/** So many processes may be away at the same time. */
const lanes = 3;
const standInPatienceMs = 120_000;
const behindAtMostMs = 5 * 60_000;

export function createIncidentRunner(options: IncidentRunnerOptions): IncidentRunner {
  const { incidents, processes, standIn, say, slack } = options;
  const absences = incidents.filter(({ is }) => is === 'kill' || is === 'hang');
  const disturbances = incidents.filter(({ is }) => is === 'weather' || is === 'stripe-fault');
  const away = new Map<Incident, Promise<void>>();
  /** What the stand-in is told, one after the other. */
  let telling: Promise<void> = Promise.resolve();
  const happened: Incident[] = [];
  const failures: unknown[] = [];
  let begun = 0;
  let ended = 0;

  async function toStandIn(what: string, work: () => Promise<void>): Promise<void> {
    await persist(what, standInPatienceMs, async () => {
      await work();
      return {};
    });
  }

  async function happen(incident: Happening): Promise<void> {
    switch (incident.is) {
      case 'weather':
        return toStandIn('a change of weather', () => standIn.setWeather(incident.weather, incident.seed));
      case 'stripe-fault':
        return toStandIn('a fault of Stripe', () => standIn.addFault(incident.fault));
      case 'hang':
        return processes.hang(incident.process, incident.forMs);
      case 'kill':
        await processes.kill(incident.process, incident.forMs);
        if (incident.process === 'stripe-sandbox') await toStandIn('its weather', standIn.remind);
    }
  }

  async function undergo(incident: Incident): Promise<void> {
    say(wordsOf(incident));
    try {
      await happen(incident);
    } catch (error) {
      failures.push(error);
    }
    happened.push(incident);
  }

  function changeWhatIsDue(): void {
    for (let due = takeDue(disturbances, ended); due; due = takeDue(disturbances, ended)) {
      const disturbance = due;
      telling = telling.then(() => undergo(disturbance));
    }
  }

  function takeAwayWhatIsDue(): void {
    while (away.size < lanes) {
      const absence = takeDue(absences, begun);
      if (!absence) return;
      away.set(
        absence,
        undergo(absence).finally(() => {
          away.delete(absence);
          takeAwayWhatIsDue();
        }),
      );
    }
  }

  function isBehind(): boolean {
    return (absences[0]?.afterVisits ?? Number.POSITIVE_INFINITY) + slack <= begun;
  }

  return {
    async visitBegins() {
      begun += 1;
      takeAwayWhatIsDue();
      await until(() => !isBehind(), behindAtMostMs);
    },
    visitEnds() {
      ended += 1;
      changeWhatIsDue();
    },
    async finish() {
      begun = Number.MAX_SAFE_INTEGER;
      takeAwayWhatIsDue();
      while (away.size > 0) await Promise.all(away.values());
      await telling;
      if (failures.length > 0) throw new AggregateError(failures, 'a part of the shop did not come back');
    },
    happened: () => happened,
  };
}

/** Takes the next one out of a list when enough visits have been made. */
function takeDue(list: Incident[], visits: number): Incident | undefined {
  return (list[0]?.afterVisits ?? Number.POSITIVE_INFINITY) <= visits ? list.shift() : undefined;
}

/** "kill -9 order-service, for 1.2 s" */
export function wordsOf(happening: Happening): string {
  switch (happening.is) {
    case 'kill':
      return `kill -9 ${happening.process}, away for ${(happening.forMs / 1_000).toFixed(1)} s and its start`;
    case 'hang':
      return `${happening.process} hangs for ${(happening.forMs / 1_000).toFixed(1)} s`;
    case 'weather':
      return `webhooks are ${happening.weather}`;
    case 'stripe-fault': {
      const { fault, count, path, when } = happening.fault;
      const what = { error: 'fail', drop: 'get no answer', delay: 'are slow' }[fault];
      return `the next ${count} calls of ${path} at Stripe ${what} (${when} the work is done)`;
    }
  }
}

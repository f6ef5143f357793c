import { until } from '@micromall/launcher';
import type { Fault, FaultKind } from '../plan/faults.js';
import { retry } from '../shoppers/retry.js';
import type { Processes } from './processes.js';
import type { StandIn } from './stand-in.js';

/** Injects faults as visits go on. */
export interface FaultRunner {
  /** One more visit wants to begin; resolves when those faults that must be under way are. */
  visitBegins(): Promise<void>;
  /** One more visit is over. */
  visitEnds(): void;
  /** Resolves when everything was injected and is over; rejects if something could not be revived. */
  finish(): Promise<void>;
  /** What was injected so far, in its order. */
  injected(): readonly Fault[];
}

export interface FaultRunnerOptions {
  readonly faults: readonly Fault[];
  readonly processes: Processes;
  readonly standIn: StandIn;
  readonly say: (line: string) => void;
  /** How many visits may be ahead of the faults, so that nothing breaks in an empty shop. */
  readonly slack: number;
}

const outagesAtOnce = 3;
const standInTimeoutMs = 120_000;
const behindAtMostMs = 5 * 60_000;

export function createFaultRunner(options: FaultRunnerOptions): FaultRunner {
  const { faults, processes, standIn, say, slack } = options;
  const outages = faults.filter(({ is }) => is === 'kill' || is === 'hang');
  const standInFaults = faults.filter(({ is }) => is === 'delivery' || is === 'stripe-fault');
  const away = new Map<Fault, Promise<void>>();
  /** Calls to the stand-in, one after the other. */
  let controlling: Promise<void> = Promise.resolve();
  const injected: Fault[] = [];
  const failures: unknown[] = [];
  let begun = 0;
  let ended = 0;

  async function toStandIn(what: string, work: () => Promise<void>): Promise<void> {
    await retry(what, standInTimeoutMs, async () => {
      await work();
      return {};
    });
  }

  async function inject(fault: FaultKind): Promise<void> {
    switch (fault.is) {
      case 'delivery':
        return toStandIn('a change of delivery', () => standIn.setDelivery(fault.delivery, fault.seed));
      case 'stripe-fault':
        return toStandIn('a fault of Stripe', () => standIn.addFault(fault.fault));
      case 'hang':
        return processes.hang(fault.process, fault.forMs);
      case 'kill':
        await processes.kill(fault.process, fault.forMs);
        if (fault.process === 'stripe-sandbox') await toStandIn('its delivery', standIn.restoreDelivery);
    }
  }

  async function injectAndRecord(fault: Fault): Promise<void> {
    say(describeFault(fault));
    try {
      await inject(fault);
    } catch (error) {
      failures.push(error);
    }
    injected.push(fault);
  }

  function changeStandInWhenDue(): void {
    for (let due = takeDue(standInFaults, ended); due; due = takeDue(standInFaults, ended)) {
      const standInFault = due;
      controlling = controlling.then(() => injectAndRecord(standInFault));
    }
  }

  function beginDueOutages(): void {
    while (away.size < outagesAtOnce) {
      const outage = takeDue(outages, begun);
      if (!outage) return;
      away.set(
        outage,
        injectAndRecord(outage).finally(() => {
          away.delete(outage);
          beginDueOutages();
        }),
      );
    }
  }

  function isBehind(): boolean {
    return (outages[0]?.afterVisits ?? Number.POSITIVE_INFINITY) + slack <= begun;
  }

  return {
    async visitBegins() {
      begun += 1;
      beginDueOutages();
      await until(() => !isBehind(), behindAtMostMs);
    },
    visitEnds() {
      ended += 1;
      changeStandInWhenDue();
    },
    async finish() {
      begun = Number.MAX_SAFE_INTEGER;
      beginDueOutages();
      while (away.size > 0) await Promise.all(away.values());
      await controlling;
      if (failures.length > 0) throw new AggregateError(failures, 'a part of the shop did not come back');
    },
    injected: () => injected,
  };
}

/** Takes the next one out of a list when enough visits have been made. */
function takeDue(list: Fault[], visits: number): Fault | undefined {
  return (list[0]?.afterVisits ?? Number.POSITIVE_INFINITY) <= visits ? list.shift() : undefined;
}

/** "kill -9 order-service, for 1.2 s" */
export function describeFault(fault: FaultKind): string {
  switch (fault.is) {
    case 'kill':
      return `kill -9 ${fault.process}, away for ${(fault.forMs / 1_000).toFixed(1)} s and its start`;
    case 'hang':
      return `${fault.process} hangs for ${(fault.forMs / 1_000).toFixed(1)} s`;
    case 'delivery':
      return `webhooks are ${fault.delivery}`;
    case 'stripe-fault': {
      const { count, path, when } = fault.fault;
      const what = { error: 'fail', drop: 'get no answer', delay: 'are slow' }[fault.fault.fault];
      return `the next ${count} calls of ${path} at Stripe ${what} (${when} the work is done)`;
    }
  }
}

import type { Books } from '@micromall/test-kit/ledger/books';
import type { Discrepancy } from '@micromall/test-kit/ledger/compare';
import { readMoneyAndStock, readParked } from '@micromall/test-kit/ledger/read-books';
import { createFaultRunner } from './faults/fault-runner.js';
import type { Outage } from './faults/outages.js';
import { createOutageLog } from './faults/outages.js';
import { allReady, processesOf } from './faults/processes.js';
import { standInAt } from './faults/stand-in.js';
import { recordEvents } from './ledger/event-recorder.js';
import { settle } from './ledger/settle.js';
import { orderWithinMs, type Waits, waitsOf } from './ledger/timing.js';
import { createOperatorTasks } from './operator-tasks.js';
import type { DrillOptions } from './options.js';
import type { Delivery, Fault } from './plan/faults.js';
import { planDrill } from './plan/plan.js';
import { meansToPay, type Visit } from './plan/visits.js';
import type { Progress } from './progress.js';
import type { DrillShop } from './shop.js';
import { RetryingShopper } from './shoppers/retrying-shopper.js';
import { runVisits } from './shoppers/run-visits.js';
import type { VisitEnd } from './shoppers/visit.js';
import { type Soak, soak } from './soak.js';

/** What came of a drill. Times in milliseconds. */
export interface DrillResult {
  readonly options: DrillOptions;
  readonly books: Books;
  /** On what the books do not agree 60 s after everything was back. */
  readonly discrepancies: readonly Discrepancy[];
  readonly waits: Waits;
  readonly visits: readonly { readonly visit: Visit; readonly end: VisitEnd }[];
  /** What shoppers and the operator could not get done in time, and what died by itself. */
  readonly failures: readonly string[];
  readonly injected: readonly Fault[];
  readonly outages: readonly Outage[];
  /** How many payments were made in which delivery. */
  readonly paidByDelivery: ReadonlyMap<Delivery, number>;
  /** How many times somebody had to log in again, because the shop had lost the session. */
  readonly loginsAgain: number;
  /** From everything being back to the books agreeing. */
  readonly settledAfterMs: number;
  readonly tookMs: number;
  readonly soak: Soak | undefined;
}

/** Nobody waits longer for anything; the longest planned absence is a minute, and two may follow each other. */
const timeoutMs = 4 * 60_000;
const backWithinMs = 120_000;

/**
 * Runs a drill on a shop that was just started.
 * @param stopped when it aborts, the shop is being stopped: nothing is revived any more
 */
export async function runDrill(
  { shop, address, operator, stock, endedByThemselves }: DrillShop,
  options: DrillOptions,
  progress: Progress,
  stopped: AbortSignal = new AbortController().signal,
): Promise<DrillResult> {
  const started = Date.now();
  const plan = planDrill(options);
  const productIds = await stock(plan.products);
  const stocked = new Map(productIds.map((id, index) => [id, plan.products[index]?.stock ?? 0]));
  const recorder = await recordEvents(operator);
  const operatorTasks = createOperatorTasks(operator, timeoutMs);
  const outages = createOutageLog();
  const standIn = standInAt(address.urls.stripe);
  const faults = createFaultRunner({
    faults: plan.faults,
    processes: processesOf(shop, outages, stopped),
    standIn,
    say: (line) => progress.say(`  ${clock(Date.now() - started)} ${line}`),
    slack: options.shoppers,
  });
  const visits: { visit: Visit; end: VisitEnd }[] = [];
  const paidByDelivery = new Map<Delivery, number>();
  const shoppers: RetryingShopper[] = [];
  function newShopper(name: string): RetryingShopper {
    const shopper = new RetryingShopper(address.urls, name, timeoutMs);
    shoppers.push(shopper);
    return shopper;
  }
  const context = { productIds, expire: standIn.expire };

  function ended(visit: Visit, end: VisitEnd): void {
    visits.push({ visit, end });
    if (end.is === 'paid') {
      paidByDelivery.set(standIn.delivery(), (paidByDelivery.get(standIn.delivery()) ?? 0) + 1);
      operatorTasks.add(end.orderId, visit.afterwards);
    }
    faults.visitEnds();
  }
  function status(): string {
    const paid = visits.filter(({ end }) => end.is === 'paid').length;
    const away = outages.current();
    const facts = [
      clock(Date.now() - started),
      `${visits.length}/${plan.visits.length} visits`,
      `${paid} paid`,
      `${faults.injected().length}/${plan.faults.length} faults`,
      `webhooks ${standIn.delivery()}`,
      away.length === 0 ? 'everything runs' : `away: ${away.join(', ')}`,
    ];
    return facts.join(' · ');
  }
  async function readBooks(): Promise<Books> {
    const events = await recorder.events();
    return {
      ...(await readMoneyAndStock({ urls: address.urls, stocked })),
      events,
      parked: await readParked(operator.management),
    };
  }

  progress.show(status);
  try {
    await runVisits(plan.visits, { newShopper, context, begins: () => faults.visitBegins(), ended });
    await faults.finish();
    await standIn.behave();
    if (!(await allReady(shop, backWithinMs))) throw new Error('not every service was ready in the end');
    const undone = await operatorTasks.finish();
    progress.say('  Everything is back; the books are compared.');
    const first = await settle(readBooks, orderWithinMs);
    const soaked =
      options.soakMinutes === 0
        ? undefined
        : await soak({ shop, operator, options, progress, run: { newShopper, context } });
    const last = soaked ? await settle(readBooks, orderWithinMs) : first;
    return {
      options,
      books: last.books,
      discrepancies: last.discrepancies,
      waits: waitsOf(last.books, outages.all()),
      visits,
      failures: [
        ...visits.flatMap(({ visit, end }) =>
          end.is === 'gave up' ? [`visit ${visit.number} (${visit.behaviour}): ${end.because}`] : [],
        ),
        ...undone,
        ...(soaked?.failures ?? []),
        ...endedByThemselves().map((line) => `nobody killed it: ${line}`),
      ],
      injected: faults.injected(),
      outages: outages.all(),
      paidByDelivery,
      loginsAgain: shoppers.reduce((sum, shopper) => sum + shopper.loginsAgain, 0),
      settledAfterMs: first.afterMs,
      tookMs: Date.now() - started,
      soak: soaked,
    };
  } finally {
    progress.end();
  }
}

/** 83000 -> "1:23" */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Whether everything came out as the shop promises. */
export function isGood({ discrepancies, waits, failures }: DrillResult): boolean {
  return discrepancies.length === 0 && waits.tooLong.length === 0 && failures.length === 0;
}

/** How many visits that meant to pay did. */
export function purchasesOf({ visits }: Pick<DrillResult, 'visits'>): number {
  return visits.filter(({ visit, end }) => meansToPay(visit.behaviour) && end.is === 'paid').length;
}

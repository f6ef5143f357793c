import { createIncidentRunner } from './faults/incident-runner.js';
import type { Outage } from './faults/outages.js';
import { createOutageLog } from './faults/outages.js';
import { allReady, processesOf } from './faults/processes.js';
import { standInAt } from './faults/stand-in.js';
import type { Books } from './ledger/books.js';
import type { Discrepancy } from './ledger/compare.js';
import { readMoneyAndStock, readParked } from './ledger/read-books.js';
import { settle } from './ledger/settle.js';
import { orderWithinMs, type Waits, waitsOf } from './ledger/timing.js';
import { callWitness } from './ledger/witness.js';
import type { DrillOptions } from './options.js';
import type { Incident, Weather } from './plan/incidents.js';
import { planDrill } from './plan/plan.js';
import { meansToPay, type Visit } from './plan/visits.js';
import type { Progress } from './progress.js';
import type { DrillShop } from './shop.js';
import { goShopping } from './shoppers/crowd.js';
import { openOffice } from './shoppers/office.js';
import type { VisitEnd } from './shoppers/visit.js';
import { Visitor } from './shoppers/visitor.js';
import { type Soak, soak } from './soak.js';

/** What came of a drill. Times in milliseconds. */
export interface DrillResult {
  readonly options: DrillOptions;
  readonly books: Books;
  /** On what the books do not agree 60 s after everything was back. */
  readonly discrepancies: readonly Discrepancy[];
  readonly waits: Waits;
  readonly visits: readonly { readonly visit: Visit; readonly end: VisitEnd }[];
  /** What shoppers and the operator could not get done within their patience, and what died by itself. */
  readonly complaints: readonly string[];
  readonly happened: readonly Incident[];
  readonly outages: readonly Outage[];
  /** How many payments were made in which weather. */
  readonly paidInWeather: ReadonlyMap<Weather, number>;
  /** How many times somebody had to log in again, because the shop had lost the session. */
  readonly loginsAgain: number;
  /** From everything being back to the books agreeing. */
  readonly settledAfterMs: number;
  readonly tookMs: number;
  readonly soak: Soak | undefined;
}

/** Nobody waits longer for anything; the longest planned absence is a minute, and two may follow each other. */
const patienceMs = 4 * 60_000;
const backWithinMs = 120_000;

/**
 * Runs a drill on a shop that was just started.
 * @param stopped when it aborts, the shop is being stopped: nothing is revived any more
 */
export async function runDrill(
  { shop, operator, stripe, stock, endedByThemselves }: DrillShop,
  options: DrillOptions,
  progress: Progress,
  stopped: AbortSignal = new AbortController().signal,
): Promise<DrillResult> {
  const started = Date.now();
  const plan = planDrill(options);
  const productIds = await stock(plan.products);
  const stocked = new Map(productIds.map((id, index) => [id, plan.products[index]?.stock ?? 0]));
  const witness = await callWitness(operator);
  const office = openOffice(operator, patienceMs);
  const outages = createOutageLog();
  const standIn = standInAt(stripe);
  const incidents = createIncidentRunner({
    incidents: plan.incidents,
    processes: processesOf(shop, outages, stopped),
    standIn,
    say: (line) => progress.say(`  ${clock(Date.now() - started)} ${line}`),
    slack: options.shoppers,
  });
  const visits: { visit: Visit; end: VisitEnd }[] = [];
  const paidInWeather = new Map<Weather, number>();
  const visitors: Visitor[] = [];
  function newVisitor(name: string): Visitor {
    const visitor = new Visitor(shop.urls.site, stripe, name, patienceMs);
    visitors.push(visitor);
    return visitor;
  }
  const ground = { productIds, expire: standIn.expire };

  function ended(visit: Visit, end: VisitEnd): void {
    visits.push({ visit, end });
    if (end.is === 'paid') {
      paidInWeather.set(standIn.weather(), (paidInWeather.get(standIn.weather()) ?? 0) + 1);
      office.take(end.orderId, visit.afterwards);
    }
    incidents.visitEnds();
  }
  function status(): string {
    const paid = visits.filter(({ end }) => end.is === 'paid').length;
    const away = outages.current();
    const facts = [
      clock(Date.now() - started),
      `${visits.length}/${plan.visits.length} visits`,
      `${paid} paid`,
      `${incidents.happened().length}/${plan.incidents.length} faults`,
      `webhooks ${standIn.weather()}`,
      away.length === 0 ? 'everything runs' : `away: ${away.join(', ')}`,
    ];
    return facts.join(' · ');
  }
  async function readBooks(): Promise<Books> {
    const events = await witness.told();
    return {
      ...(await readMoneyAndStock({ shop, stocked })),
      events,
      parked: await readParked(operator.management),
    };
  }

  progress.show(status);
  try {
    await goShopping(plan.visits, { newVisitor, ground, begins: () => incidents.visitBegins(), ended });
    await incidents.finish();
    await standIn.behave();
    if (!(await allReady(shop, backWithinMs))) throw new Error('not every service was ready in the end');
    const undone = await office.close();
    progress.say('  Everything is back; the books are compared.');
    const first = await settle(readBooks, orderWithinMs);
    const soaked =
      options.soakMinutes === 0
        ? undefined
        : await soak({ shop, operator, options, progress, crowd: { newVisitor, ground } });
    const last = soaked ? await settle(readBooks, orderWithinMs) : first;
    return {
      options,
      books: last.books,
      discrepancies: last.discrepancies,
      waits: waitsOf(last.books, outages.all()),
      visits,
      complaints: [
        ...visits.flatMap(({ visit, end }) =>
          end.is === 'gave up' ? [`visit ${visit.number} (${visit.manner}): ${end.because}`] : [],
        ),
        ...undone,
        ...(soaked?.complaints ?? []),
        ...endedByThemselves().map((line) => `nobody killed it: ${line}`),
      ],
      happened: incidents.happened(),
      outages: outages.all(),
      paidInWeather,
      loginsAgain: visitors.reduce((sum, visitor) => sum + visitor.loginsAgain, 0),
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
export function isGood({ discrepancies, waits, complaints }: DrillResult): boolean {
  return discrepancies.length === 0 && waits.tooLong.length === 0 && complaints.length === 0;
}

/** How many visits that meant to pay did. */
export function purchasesOf({ visits }: Pick<DrillResult, 'visits'>): number {
  return visits.filter(({ visit, end }) => meansToPay(visit.manner) && end.is === 'paid').length;
}
